# The frame around each page, in the words of every service.

frame-skip = Skip to main content
frame-brand = Chancery
frame-official = This is the official identity service, { $country }.
frame-sandbox = Sandbox, { $country }: nothing here has legal effect.
frame-official-short = Official service, { $country }.
frame-sandbox-short = Sandbox: no legal effect.
frame-address = The address starts with
frame-how = How you know
frame-how-text = Look at the address line of your browser. It must begin with exactly this address. We never ask for a password, and we never send a link by message that asks you to log in.
frame-languages = Language
# The name of this language in itself, and in the least room.
frame-language = English
frame-language-short = EN
frame-choice-title = This link cannot be followed
frame-choice-happened = A link that chooses a language did not name a page of this service.
frame-choice-todo = Go to the first page, and choose the language there.
frame-notes = In the margin
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
frame-imprint = Chancery, { $country }
frame-passkey-waiting = Your device is asking you now. Look for its window, and give your finger, face or PIN there. There is no hurry.
frame-passkey-sent = Your passkey has answered. One moment.
frame-passkey-refused = Your device stopped, or its time ran out. Nothing was sent. You can try again.
frame-passkey-exists = This device already has a passkey for you. Use that one, or take another device.
frame-passkey-unsupported = This browser cannot use passkeys. Open this page in a newer browser, or on your phone.
