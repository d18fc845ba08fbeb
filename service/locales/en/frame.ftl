# The frame around each page, in the words of every service.

frame-skip = Skip to main content
frame-brand = Chancery
frame-official = This is the official identity service of { $country }.
frame-sandbox = This is a sandbox, { $country }: nothing here has legal effect.
frame-address = The address starts with
frame-how = How you know
frame-how-text = Look at the address line of your browser. It must begin with exactly this address. We never ask for a password, and we never send a link by message that asks you to log in.
frame-back = Back
frame-back-label = Back
frame-sign-out = Sign out
frame-wrong = Is something wrong?
frame-wrong-text = Tell the office that enrolled you, and name the case number if the page shows one.
frame-error-prefix = Error: { $title }
frame-error-summary = There is a problem
frame-case = Case number
frame-case-why = Name this number when you ask for help. It tells us what happened, and nothing about you.
frame-leave-title = Continue to { $destination }
frame-leave-go = Continue
frame-no-script = Your passkey can only be used with JavaScript. Turn it on for this site and load the page again.
