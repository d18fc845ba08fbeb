# The words of the identity provider.

service-name = Sign in
band-sign-in = Sign in

home-title = The official sign-in of your country
home-lead = This service proves to public services who you are, with a passkey on your own device.
home-how = You never start here. A public service that needs to know who you are sends you to this address, and you go back to it afterwards.
home-knows = Each service knows you by another number, and nobody keeps a list of the services that you use.
home-log-out = Log out in this browser

sign-in-title = { $requester } wants to know it is you
sign-in-button = Use your passkey
sign-in-device = Your phone or computer asks for your finger, face or PIN. That stays on your device. We never see it.
sign-in-autofill = Passkeys that your browser knows
sign-in-autofill-hint = Choose one from the list that your browser offers here, or use the button above.
sign-in-back = Go back without signing in
sign-in-stopped = Your browser did not use a passkey. Try again with the button, or with the device where you made your passkey.
sign-in-refused = This passkey was not accepted. Try again, or use another passkey.
sign-in-only = This only signs you in
sign-in-only-why = Signing in never signs a document. A page that signs has an amber striped band and the word “sign” in its first line.
sign-in-who = Who is asking
sign-in-who-why = The name and the law come from our register, not from the website that sent you. You see the values before anything is sent.
sign-in-real = How you know that this is real
sign-in-real-why = Your device shows this name before it uses your passkey:
sign-in-lost = You lost your device
sign-in-lost-why = Go to the office that enrolled you, or call it. It can stop your identity at once and give you a new passkey.

asks-gets = It will get
asks-gets-not = It will not get
asks-subject = A number for you that only this service sees
asks-signs = Leave to show you documents for your signature
asks-not-number = Your national number
asks-not-others = Anything about other services that you use

consent-title = Share this with { $requester }?
consent-law = The law that it names
consent-subject = What it knows you by
consent-subject-what = A number made for this service only
consent-signs = Signatures
consent-signs-what = It may show you documents. Each signature is your own act, with your passkey, at the signing service.
consent-accept = Accept
consent-refuse = Refuse
consent-if-not = If you refuse, the service learns only that you refused.
consent-remember = We remember this
consent-remember-why = Next time you are not asked again, unless the service asks for more.
consent-wrong = Something is not right
consent-wrong-why = If a value is wrong, refuse and tell the office that enrolled you. If you did not want to go to this service, refuse.

claim-name = Your name
claim-given-name = Your given name
claim-family-name = Your family name
claim-birthdate = Your date of birth

log-out-title = Log out?
log-out-what = You will be logged out here. Services where you are logged in have their own way to log out.
log-out-button = Log out
signed-out-title = You are logged out
signed-out-what = This browser does not know you here any more. You can close this page.

request-wrong-title = This request cannot be used
request-wrong-happened = The service that sent you here did not send a request that we can answer.
request-wrong-todo = Go back to the service and begin there again. If it happens again, tell that service.
request-over-title = This request is over
request-over-happened = The request of the service was answered before, or has waited for too long.
request-over-todo = Go back to the service and begin there again.
form-foreign-title = This page is not open here any more
form-foreign-happened = What was sent does not belong to a page that is open in this browser. It may be too old, or come from somewhere else.
form-foreign-todo = Go back to the service and begin there again.
not-active-title = This identity cannot be used now
not-active-happened = It was stopped, by you or by an office.
not-active-todo = Go to the office that enrolled you, or call it. Nothing was sent to the service.
stale-title = Signing in is not possible at the moment
stale-happened = We cannot reach the register that tells whose identity was stopped, and we do not sign anybody in without it.
stale-todo = Wait a few minutes and load the page again.
not-found-title = Page not found
not-found-happened = There is no page at this address.
not-found-todo = Check the address, or go back to the service that you came from.
fault-title = Something went wrong on our side
fault-happened = Your request could not be finished. Nothing was sent to the service.
fault-todo = Try again in a few minutes. If it happens again, name the case number when you ask for help.

date = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
