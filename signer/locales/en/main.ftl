# The signing house, in words. You and we; what happened, what to do now.

service = Sign
band-sign = You are about to sign
band-step = Step { $step } of 3

date = { $day }{"\u00A0"}{ $month }{"\u00A0"}{ $year }
when = { $date }, { $hour }:{ $minutes }{"\u00A0"}UTC
when-second = { $date }, { $hour }:{ $minutes }:{ $seconds }{"\u00A0"}UTC
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
pages = { $count ->
    [one] 1 page
   *[other] { $count } pages
 }

# --- labels of facts
label-from = From
label-about = About
label-what = What it does
label-until = You can sign until
label-for = For whom
label-as = You sign as
label-document = Document
label-to = It goes to
label-by = Signed by
label-on = Signed on
label-given = Given to
label-reason = Your reason
label-when = When
label-effect = Legal effect
effect-none = None. This is a sandbox.
for-yourself = For yourself
not-now = Not now
refuse = Refuse
fingerprint = Fingerprint of the document (SHA-256), first 8 of 16 groups
fingerprint-why = The same groups stand on the receipt. If one letter of the document changes, all groups change.
return-to = Return to { $agency }
see-list = See all your requests
todo = What to do now
nothing-signed = Nothing was signed.
wrong-before = Error:
keep-everything = You keep everything
keep-everything-text = Your identity, your passkey and your documents are as they were.

# --- the first page
start-title = Read it first.
start-title-more = Sign what you mean.
start-lead = What public services ask you to sign waits for you here. Your own passkey signs, and nothing else does.
start-go = See what waits for you
start-verify = Verify a signed document
start-promise = What we promise
start-nobody = Nobody signs for you.
start-nobody-why = Your passkey approves the exact text that you saw. Without it, not even we can make your signature.
start-shown = What you see is what is signed.
start-shown-why = The pages and the words on your screen are part of what your passkey approves.
start-check = Anyone can check.
start-check-why = A signature made today can be checked for years, without asking us and without an account.
start-steps = How signing goes
start-step-asked = A public service asks you to sign something, and sends you here.
start-step-read = You read the whole document. You can stop, come back later, or refuse.
start-step-touch = You use your passkey once. You get a receipt and the signed document.

# --- the list
list-title = To sign
list-lead = Read first, then decide. Nothing is signed on this page.
list-waiting = { $count ->
    [one] 1 document waits for you
   *[other] { $count } documents wait for you
 }
list-nothing = Nothing waits for you to be signed.
list-nothing-why = When a public service asks you to sign something, it stands here until you decide or its time ends.
list-done = Decided or over
list-requested = { $agency }. Read and decide until { $date }
list-approved = { $agency }. Being signed now
list-certified = { $agency }. Being signed now
list-signed = { $agency }. Being signed now
list-stamped = { $agency }. Being signed now
list-delivered = { $agency }. You signed on { $date }
list-refused = { $agency }. You refused on { $date }
list-expired = { $agency }. Ended on { $date }, not signed
list-note-who = Who can ask
list-note-who-text = Only services that are registered here, and only after you signed in at them. Their names come from our register.
list-note-rush = Nobody may rush you
list-note-rush-text = You can refuse, with or without a reason. You can also leave a request here until its end.

# --- step 1
read-title = Read what you will sign
read-nothing-signed = Nothing is signed on this page.
read-document = The document
read-download = Download
read-larger = Page { $number } in large print
read-later = Read later
read-pages = Pages of the document
read-position = Page { $number } of { $pages }
read-previous = Previous page
read-next = Next page
read-jump = Go to page
read-jump-do = Go
read-picture = Picture of this page. Its text follows.
read-as-text = Read as text
read-as-picture = See the page itself
read-text-title = Text of page { $number } of { $pages }
read-text-aid = A program took this text out of the file, as an aid. The picture of the page and the file itself are what you sign.
read-text-tagged = Its order and its headings are those that the author gave.
read-text-drawn = The author gave no order of reading, so the lines stand as they are drawn.
read-text-untrusted = The author gave an order of reading that contradicts itself, so the lines stand as they are drawn.
read-text-unsaid = Some signs on this page do not say which letters they are. The picture shows them.
read-text-cut = The text of this page is too long. Only its beginning stands here.
read-text-outside = Also on this page, outside the order that the author gave:
read-text-author = The author’s words, not drawn here: { $words }
read-text-hidden = In the file, but not drawn here: { $words }
read-no-text = This page has no text inside, only a picture. A screen reader cannot read it. Ask the sender for another form of it.
read-continue = I have read it, continue
read-note-steps = Three steps
read-note-now = 1 Read
read-note-steps-text = { $now }, 2 decide, 3 receipt. You can stop at each one.
read-note-shown = What you see is what is signed
read-note-shown-text = These words, these pages and the text for screen readers are all in what your passkey approves. Nothing else can be slipped in.
read-note-pressure = Under pressure?
read-note-pressure-text = Nobody may rush you. Close this page. The request stays for you until its end.

# --- step 2
accept-title = Accept and sign?
accept-asks = asks you to sign
accept-late = Your last page stood open for too long, so nothing was signed by it. Nothing is lost either: this is the same document, and you can sign it now.
accept-read-again = Read again
accept-read-again-what = what you will sign
accept-passkey = Use your passkey to { $sign }. This one touch signs this document and nothing else.
accept-passkey-sign = sign
accept-sign = Accept and sign
accept-passkey-error = Your passkey was not used, and nothing was signed. You can try again.
accept-keeps = “Not now” keeps it for you until { $date }. “Refuse” tells { $agency } that you do not sign; you may say why.
accept-note-device = What your device shows
accept-note-device-text = A window of your own phone or computer, with the name { $rp }. If it shows another name, press Cancel.
accept-note-key = A key for one signature
accept-note-key-text = We make a fresh key for this act, use it once and destroy it. There is nothing left to steal.
accept-note-stop = You can still stop
accept-note-stop-text = Press Cancel in the window of your device, and nothing is signed. There is no hurry on this page.

# --- refusing
refuse-title = Refuse to sign?
refuse-lead = You will not sign { $title }.
refuse-reason = Why you do not sign (optional)
refuse-hint = { $agency } can read it. It has at most 500 characters.
refuse-kept = You took your time, so you were signed in again. Nothing was sent yet: what you wrote stands below.
refuse-mend = Shorten your reason to 500 characters, or leave it out
refuse-do = Refuse
refuse-back = Go back and read
refuse-note-free = You owe nobody a reason
refuse-note-free-text = You can leave the field empty. Only the service that asked reads what you write.
refuse-note-later = Not sure yet?
refuse-note-later-text = Go back, or close this page. The request stays for you until its end.

# --- step 3
receipt-window = Receipt
receipt-tag = Signed
receipt-title = You signed the document
receipt-label = Receipt number
receipt-time = Proved by a time-stamp inside the file
receipt-signed = Signed document
receipt-without = Copy that you can publish
receipt-print = Print
receipt-check = Verify this signature
receipt-next = What happens next
receipt-next-fetches = { $agency } fetches the signed document now.
receipt-next-fetched = { $agency } fetched the signed document on { $date }.
receipt-next-kept = Keep a copy. We delete ours, and this receipt, 30 days after that.
receipt-next-kept-until = Keep a copy. We delete ours, and this receipt, after { $date }.
receipt-next-check = Anyone who has the document can check it, with us or without us.
receipt-note-pattern = This pattern is yours
receipt-note-pattern-text = It is drawn from your receipt number. Another number draws another pattern. Our page that verifies draws the same one.
receipt-note-number = Keep the number
receipt-note-number-text = It names this signature when you ask about it. It opens nothing by itself.
receipt-note-evidence = Two copies
receipt-note-evidence-text = The signed document carries the proof that you approved it, for a court. The copy that you can publish leaves that proof out; programs of others still find the signature good.
receipt-note-print = On paper
receipt-note-print-text = A printed receipt comes out alone on one page, without buttons and these notes.

# --- running, ended, signed out
running-title = Your document is being signed
running-lead = Your passkey approved { $title }. This usually takes a moment.
running-approved = Approved by your passkey
running-certificate = A certificate for this one signature
running-signature = The signature itself
running-time = A time-stamp, as proof of when
running-file = The finished document and your receipt
running-done = Done
running-now = Now
running-next = Next
running-long = This takes longer than usual. Nothing is lost: we go on by ourselves, and the receipt will stand here.
running-again = Look again
running-note-leave = You may leave
running-note-leave-text = This page looks by itself how far it is, or you press “Look again”. You can also close it: the receipt waits for you in your list.
ended-window = This request has ended
ended-refused = You refused to sign
ended-refused-text = { $agency } sees that you do not sign, and your reason if you gave one.
ended-refused-todo = You need to do nothing more. If you change your mind, ask { $agency } to begin again.
ended-refused-on = Refused on
ended-refused-return = Return to { $agency }
ended-expired = Nobody decided in time
ended-expired-text = A request lives for a limited time, so that nobody can use an old one. { $agency } sees that it has ended.
ended-expired-todo = If you still want to sign, begin again at { $agency }.
ended-expired-on = Ended on
ended-expired-return = Return to { $agency }
signed-out-title = You are signed out
signed-out-text = Nobody can read or sign your documents from this browser now.
signed-out-again = Sign in again

# --- refusals: title, what happened, what to do now, and where there is one, the way on
fault-title = Something went wrong on our side
fault-happened = We could not do this. Nothing was signed by it.
fault-todo = Try again in a few minutes. If it stays so, name the case number to the help desk.
fault-other-title = Another part of the service does not answer
fault-other-happened = We could not reach a part of the service that we need for this. Nothing was signed by it.
fault-other-todo = Try again in a few minutes. What you have done so far is kept.
form-foreign-title = This form is out of date
form-foreign-happened = The form did not come from the page that we gave you, so we did nothing.
form-foreign-todo = Go back, load the page again and repeat the step.
form-foreign-go = See what waits for you
not-found-title = Page not found
not-found-happened = There is no such page, or it belongs to somebody else.
not-found-todo = Check the address. If somebody sent you the link, sign in as the person whom it is for.
not-found-go = See what waits for you
not-open-title = This request is already decided
not-open-happened = You decided before, perhaps in another window, or its time is over. Nothing more was signed.
not-open-todo = The page of the request says what became of it.
not-open-go = See the request
stopped-title = You cannot sign now
stopped-happened = Your identity is stopped, so nothing can be signed with it. Nothing was signed.
stopped-todo = Ask the office that enrolled you, and name the case number. The request stays for you until its end.
stale-title = You cannot sign at this moment
stale-happened = We do not know whether your identity is still in order, because the registry has not answered for a while. Nothing was signed.
stale-todo = Try again in a few minutes. The request stays for you until its end.
stale-go = Back to the document
reason-title = The reason is too long
reason-happened = A reason has at most 500 characters. Your refusal was not recorded.
reason-todo = Go back, shorten it and refuse again, or leave it out.
touch-refused-title = Your passkey was not accepted
touch-refused-happened = The answer of your passkey does not fit what was shown. Nothing was signed.
touch-refused-todo = Go back to the document and try again, with the passkey that you made when you were enrolled.
touch-refused-go = Back to the document
ask-again-title = The signature could not be made
ask-again-happened = Something interrupted us between your touch and the signature. Nothing was signed, and your touch cannot be used any more.
ask-again-todo = Go back to the document and decide again.
ask-again-go = Back to the document
login-lost-title = The sign-in was interrupted
login-lost-happened = We could not match the answer of the sign-in service to this browser. Nobody is signed in.
login-lost-todo = Sign in once more, in one window.
login-lost-go = Sign in again
login-refused-title = You did not sign in
login-refused-happened = The sign-in was stopped before its end. Nothing was signed.
login-refused-todo = Sign in again when you want to read or sign.
login-refused-go = Sign in again

# --- verifying: choose a file
verify-title = Verify a signed document
verify-lead = See who signed it, when, and whether anything was changed.
verify-file = Drop the file here
verify-hint = A PDF of at most 24 MiB
verify-do = Verify
verify-error = Error:
verify-sent = The file is sent to us, checked and dropped.
verify-sent-text = We keep neither the file nor a note that you checked it.
verify-mend-missing = Choose the signed file
verify-mend-large = Choose a file of at most 24 MiB that can be sent whole
verify-other = Another way to check
verify-offline = Check without us
verify-offline-second = A small free tool for offices, courts and newsrooms. It works offline.
verify-offline-text = The command “chancery verify” checks the same file on your own computer and says the same words, without a connection.
verify-offline-trust = The file bundle.der holds the country’s root certificate. Get it from somebody whom you trust, not from whoever sent you the document.
verify-note-answers = Three answers
verify-answer-missing = , and what is missing
verify-note-which = Which signatures we know
verify-note-which-text = Those that lead to the root of { $country }. Of others we can only say that we do not know who vouches for them.
verify-note-practise = Practise first
verify-note-practise-text = Verify a signed file of your own. Then change one letter in a copy of it, and verify the copy.

# --- the verdict
verdict-genuine = Genuine
verdict-unsure = Cannot be confirmed
verdict-not-genuine = Not genuine
verdict-genuine-one = Signed by { $names } on { $at }. Nothing has been changed since.
verdict-genuine-several = Signed by { $names }, the last time on { $at }. Nothing has been changed since.
verdict-do-not-rely = { $found } Do not rely on it.
verdict-when = { $date } at { $hour }:{ $minutes }{"\u00A0"}UTC
verdict-second = { $date }, { $hour }:{ $minutes }:{ $seconds } UTC
verdict-signature = Signature { $number }: { $word }
verdict-facts = Who, when, for whom
verdict-found = What we found
verdict-name = File
verdict-changed = Changed
verdict-changed-when = Not known when. The change carries no proof of time.
verdict-claimed = The file names
verdict-names = Signature names
verdict-certified = Certified by { $authority }
verdict-proved = Proved by a time-stamp of { $at }
verdict-own-name = In their own name
verdict-asked = Asked by
verdict-with = Approved with
verdict-with-passkey = Their own passkey, on exactly this document
verdict-level = Level
verdict-officers = { $count ->
    [one] 1 officer
   *[other] { $count } officers
 }
verdict-level-sandbox = Sandbox: no real person. Approved by { $officers }
verdict-level-desk = Identity proved at a desk, with documents. Approved by { $officers }
verdict-level-unknown = Identity proved in a way that is not known here. Approved by { $officers }
verdict-formal = The formal result
verdict-standard = The clauses are those of ETSI EN 319 102-1, unless another text is named.
verdict-check = Check
verdict-clause = Clause
verdict-result = Result
verdict-file = Fingerprint of the whole file (SHA-256)
verdict-size = octets
verdict-next = Next file
verdict-again = Verify another document
verdict-note-later = In later years too
verdict-note-later-text = The file carries its own proofs, so this answer does not need us. It stays when the authority behind the signature has closed.
verdict-note-pattern = The pattern above
verdict-note-pattern-text = It is drawn from the receipt number inside the signature. The receipt carries the same pattern.
verdict-note-no-no = This is not a “no”
verdict-note-no-no-text = A paper with a smudged date can be real. We only say what the file itself can prove.
verdict-note-person = This is not about the person
verdict-note-person-text = The signer may have done nothing wrong. The file in your hands is not the one that was signed.
verdict-note-here = Checked and dropped
verdict-note-here-text = The file was checked while you waited. We have not kept it.
verdict-note-offline = Check again without us
verdict-note-offline-text = The command “chancery verify” gives the same answer on your own computer. It needs this file and the country’s root certificate, and no network.
verdict-note-help = A person can help
verdict-note-help-text = Ask at an office that enrols people, and name this case. It holds no part of your file.

# --- what was signed, and what the file says now
signed-title = View exactly what was signed
signed-what = The document as it stood when it was signed
signed-why = We have not kept your file. Choose it once more, and you get the part of it that was signed, as a PDF. We drop the file again.
signed-file = The same file
signed-do = Get what was signed
compare-then = What was signed, page { $page }
compare-now = What the file says now, page { $page }
compare-none = Nothing stands here.
compare-aid = A program read these words out of the file. The pages themselves may differ in more.
compare-lost = What was signed cannot be shown: the change is inside the signed part, and the file holds no other copy of it.
compare-same = A program reads the same words in what was signed and in the file now. The change is in something else, such as a picture or a field.
compare-unread = We could not set the words that were signed beside those of the file now.

# --- what happened to the file
history-title = History of this file
history-signed = Signed
history-signed-by = Signed by { $name }
history-proved = Time confirmed by a time-stamp
history-checked = Checked by you, on this page

# --- not genuine: what to do
todo-title = What to do now
todo-again = Ask the sender for the file again, as they received it.
todo-again-why = A mail program or a scanner can also change a file by accident.
todo-again-ask = I checked the signed file that you sent me, and it is not as it was signed. Send it to me again, as you received it.
todo-see = See what was really signed, before the change.
todo-see-why = The file still holds it, further down on this page.
todo-purpose = If you think that someone did this on purpose, tell the police and keep this file.
todo-right-file = Look whether you chose the right file.
todo-right-file-why = A document that was signed here is a PDF. A photo, a scan or a text file carries no signature.
print-result = Print this result
letter-do = Write to the sender
letter-subject = The signed document

# --- cannot be confirmed: what is missing, who has it, what to ask
missing-title = What is missing, and who can mend it
missing-what = Missing
missing-who = Who has it
missing-ask = What to ask
missing-signature-need = A signature
missing-signature-why = A scan, a print or a new save of a signed file is not the signed file.
missing-signature-who = Most likely the person who sent you the file
missing-signature-ask = Send me the signed file itself, as you received it, and no scan or copy of it.
missing-time-need = A time-stamp that holds
missing-time-why = Without it nobody can tell whether the certificate was good when it was used.
missing-time-who = Most likely the person who sent you the file
missing-time-ask = Send me the file with its time-stamp.
missing-approval-need = The proof that the person approved this document
missing-approval-why = A copy that was made for publishing leaves it out.
missing-approval-who = Whoever signed, and whoever asked for the signature
missing-approval-ask = Send me the signed document with the proof of approval, and not the copy for publishing.
missing-root-need = Somebody known here who vouches for it
missing-root-why = The file leads to a root certificate that we do not know. It may still be a good one.
missing-root-who = The person who sent you the file
missing-root-ask = With which service was this signed, and where can I verify it?
missing-authorities-need = Proof about the authorities behind the signature
missing-authorities-why = The file must show that none of them was revoked at that time.
missing-authorities-who = Most likely the person who sent you the file
missing-authorities-ask = Send me the file as the signing service gave it to you, and not a new save of it.
missing-kind-need = A signature of a kind that we can confirm
missing-kind-why = It may be good in its own way, but the rules that we know do not reach it.
missing-kind-who = The person who sent you the file
missing-kind-ask = With which service was this signed, and where can I verify it?

# --- what is sure, and what is not
sure-title = What is already sure
sure-cryptography = Nothing in the document was changed.
sure-changes = Nothing was added to the file after it was signed.
sure-chain = The certificate belongs to { $name }.
sure-time-stamp = The time of signing is proved.
sure-evidence = The person approved exactly this document.
unsure-format = Not sure: whether the signature stands rightly in the file.
unsure-identification = Not sure: whose certificate it is.
unsure-cryptography = Not sure: whether the signature fits the document.
unsure-time-stamp = Not sure: when it was signed.
unsure-chain = Not sure: who vouches for the name in the signature.
unsure-revocation = Not sure: whether the authorities were in order at that time.
unsure-acceptance = Not sure: whether the rules for such signatures were kept.
unsure-evidence = Not sure: whether the person approved this document.
unsure-changes = Not sure: what was saved with the signature and after it.
unsure-validation-data = Not sure: whether the proofs in the file belong to its signatures.

# --- what a signature does not prove
not-proved-title = What this does not prove
not-proved-truth = That what the document says is true.
not-proved-print = That a printed copy is equal to this file.
not-proved-approval = That the person approved this document: the proof of that was not checked.
not-proved-name = Who signed: the name is what the file says, and we know nobody who vouches for it.
not-proved-sandbox = That the person exists: the certificate is marked as one of a sandbox.

# --- steps of the check
step-format = Format, and place in the file
step-identification = Signing certificate found
step-cryptography = Document and signature value
step-time-stamp = Time-stamp
step-chain = Certificate path to the root
step-revocation = Revocation, from the data in the file
step-acceptance = One-signature binding, policy and times
step-evidence = The person’s passkey approved this document
step-changes = What was saved with the signature and after it
step-validation-data = Validation data belongs to the signatures

# --- what can be found
finding-unreadable = The file is damaged, or was changed so that not everyone sees the same in it.
finding-not-a-pdf = The file is not a PDF, or its beginning was changed.
finding-no-signature = There is no signature in the file.
finding-frame = The signature does not stand in the file as a signature must.
finding-form = The signature is damaged, or is of a kind that we do not accept.
finding-signing-certificate = The certificate of the signature is missing, or is another one.
finding-document = The document was changed after it was signed.
finding-value = The signature was not made with the key that it names.
finding-changed-after = Something was added to the file, or changed in it, after it was signed.
finding-layout = Together with the signature something else was put into the file.
finding-unknown-root = We do not know who vouches for the signer: the file does not lead to this country’s root.
finding-chain = The signer’s certificate may not be relied on.
finding-too-early = The signature existed before its certificate was valid.
finding-revocation = The file does not prove that the authorities behind the signature were not revoked.
finding-revoked = A certificate behind the signature was revoked.
finding-no-time-stamp = The signature fits the document, but the proof of when it was signed is missing.
finding-time-stamp = The proof of when it was signed does not hold.
finding-time-stamp-unit = We do not know who vouches for the time of signing: the file does not lead to this country’s root.
finding-time-stamp-ended = The proof of when it was signed has ended and was not renewed in time.
finding-time-stamp-revocation = The file does not prove that the time-stamp’s authorities were not revoked.
finding-time-stamp-in-future = The proof of when it was signed lies in the future.
finding-unknown-attribute = The signature carries something that we do not know.
finding-other-policy = The signature is not of the kind that we can confirm: one with a certificate for this one signature.
finding-not-bound = The certificate does not say for which signature it was made.
finding-other-binding = The certificate was made for another signature.
finding-long-life = The certificate lives too long for one that cannot be revoked.
finding-signing-time = The time of signing in the file is not the certified one.
finding-times-contradict = The times in the file contradict one another.
finding-evidence-missing = The signature fits the document, but the proof that the person approved it is not in this copy.
finding-evidence-unexpected = The file holds a proof of approval that the signature does not know.
finding-evidence-unreadable = The proof that the person approved this document is damaged.
finding-evidence = The proof of approval does not fit: the person did not approve this document in this way.
finding-other-length = The document that the person was shown is not the one in the file.
finding-validation-data = The proofs about the authorities in the file are damaged.
finding-stray = The file holds certificates or lists that belong to none of its signatures.
