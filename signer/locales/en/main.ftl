# The signing house, in words. You and we; what happened, what to do now.

service = Sign
band-sign = You are about to sign
band-sign-step = You are about to sign. Step { $step } of 3

date = { $day } { $month } { $year }
when = { $date }, { $hour }:{ $minutes } UTC
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
for-yourself = Yourself
for-yourself-lower = for yourself
not-now = Not now
refuse = Refuse
fingerprint = Fingerprint of the document (SHA-256), first 8 of 16 groups
fingerprint-why = The same groups stand on the receipt. If one letter of the document changes, all groups change.
return-to = Return to { $agency }

# --- the list
list-title = To sign
list-nothing = Nothing waits for you to be signed.
list-done = Done
list-requested = From { $agency }. You can sign until { $date }.
list-approved = For { $agency }. Being signed now.
list-certified = For { $agency }. Being signed now.
list-signed = For { $agency }. Being signed now.
list-stamped = For { $agency }. Being signed now.
list-delivered = For { $agency }. You signed on { $date }.
list-refused = For { $agency }. You refused on { $date }.
list-expired = For { $agency }. It ended on { $date } and was not signed.

# --- step 1
read-title = Read what you will sign
read-nothing-signed = Nothing is signed on this page.
read-document = The document
read-download = Download the document as it is
read-position = Page { $number } of { $pages }
read-previous = Previous page
read-next = Next page
read-picture = Picture of this page. Its text follows.
read-as-text = Read as text
read-text-aid = This text was taken out of the file by a program. The picture is what counts.
read-no-text = This page has no text inside, only a picture. A screen reader cannot read it; ask the sender for another form of it.
read-continue = I have read it, continue
read-note-steps = Three steps
read-note-steps-text = 1 read, 2 decide, 3 receipt. You can stop at each one.
read-note-shown = What you see is what is signed
read-note-shown-text = These words, these pages and the text for screen readers are all in what your passkey approves. Nothing else can be slipped in.
read-note-pressure = Under pressure?
read-note-pressure-text = Nobody may rush you. Close this page; the request stays for you until its end.

# --- step 2
accept-title = Accept and sign?
accept-read-again = Read again
accept-passkey = Use your passkey to sign. This one touch signs this document and nothing else.
accept-sign = Accept and sign
accept-passkey-error = Your passkey was not used, and nothing was signed. You can try again.
accept-keeps = “Not now” keeps it for you until { $date }. “Refuse” tells { $agency } that you do not sign; you may say why.
accept-note-device = What your device shows
accept-note-device-text = A window of your own phone or computer, with the name { $rp }. If it shows another name, press Cancel.
accept-note-key = A key for one signature
accept-note-key-text = We make a fresh key for this act, use it once and destroy it. There is nothing left to steal.

# --- refusing
refuse-title = Refuse to sign?
refuse-reason = Why you do not sign (optional)
refuse-hint = { $agency } can read it. It has at most 500 characters.
refuse-do = Refuse
refuse-back = Go back and read again

# --- step 3
receipt-window = Receipt
receipt-tag = Signed
receipt-title = You signed the document
receipt-label = Receipt number
receipt-signed = Signed document
receipt-without = Copy that you can publish
receipt-check = Check this signature
receipt-next = What happens next
receipt-next-text = { $agency } fetches the signed document now and tells you how it goes on.
receipt-note-number = Keep the number
receipt-note-number-text = It names this signature when you ask about it. It opens nothing by itself.
receipt-note-evidence = Two copies
receipt-note-evidence-text = The signed document carries the proof that you approved it, for a court. The copy that you can publish leaves that proof out; programs of others still find the signature good.

# --- running, ended, signed out
running-title = Your document is being signed
running-text = This takes a moment. You may close this page; the receipt waits for you here.
running-again = Look again
ended-window = This request has ended
ended-refused = You refused to sign
ended-refused-text = You refused on { $date }. { $agency } was told. Nothing was signed.
ended-expired = Nobody decided in time
ended-expired-text = This request ended on { $date }. Nothing was signed. If you still want to sign, start again at { $agency }.
signed-out-title = You are signed out
signed-out-text = Nobody can read or sign your documents from this browser now.
signed-out-again = Sign in again

# --- refusals: title, what happened, what to do now
fault-title = Something went wrong on our side
fault-happened = We could not do this. Nothing was signed by it.
fault-todo = Try again in a few minutes. If it stays so, name the case number to the help desk.
fault-other-title = Another part of the service does not answer
fault-other-happened = We could not reach a part of the service that we need for this.
fault-other-todo = Try again in a few minutes. What you have done so far is kept.
form-foreign-title = This form is out of date
form-foreign-happened = The form did not come from the page that we gave you, so we did nothing.
form-foreign-todo = Go back, load the page again and repeat the step.
not-found-title = Page not found
not-found-happened = There is no such page, or it belongs to somebody else.
not-found-todo = Check the address. If somebody sent you the link, sign in as the person whom it is for.
not-open-title = This request is not open
not-open-happened = It was decided before, or its time is over.
not-open-todo = Look at your list to see what became of it.
stopped-title = You cannot sign now
stopped-happened = Your identity is stopped, so nothing can be signed with it. Nothing was signed.
stopped-todo = Ask the office that enrolled you, and name the case number.
stale-title = You cannot sign at this moment
stale-happened = We do not know whether your identity is still in order, because the registry has not answered for a while.
stale-todo = Try again in a few minutes. The request stays for you.
reason-title = The reason is too long
reason-happened = A reason has at most 500 characters. Your refusal was not recorded.
reason-todo = Go back, shorten it and refuse again, or leave it out.
page-old-title = This page is out of date
page-old-happened = The page stood open for too long, or was used before. Nothing was signed.
page-old-todo = Go back to the document and decide again.
touch-refused-title = Your passkey was not accepted
touch-refused-happened = The answer of your passkey does not fit what was shown. Nothing was signed.
touch-refused-todo = Go back to the document and try again, with the passkey that you made when you were enrolled.
ask-again-title = The signature could not be made
ask-again-happened = Something interrupted us between your touch and the signature. Nothing was signed, and your touch cannot be used any more.
ask-again-todo = Go back to the document and decide again.
login-lost-title = The sign-in was interrupted
login-lost-happened = We could not match the answer of the sign-in service to this browser.
login-lost-todo = Open the document again and sign in once more, in one window.
login-refused-title = You did not sign in
login-refused-happened = The sign-in was stopped before its end. Nothing was signed.
login-refused-todo = Open the document again when you want to sign in.

# --- verifying: choose a file
verify-title = Verify a signed document
verify-lead = See who signed it, when, and whether anything was changed.
verify-file = Drop the file here, or choose it
verify-hint = A PDF of at most 24 MiB
verify-do = Verify
verify-sent = The file is sent to us, checked and dropped.
verify-sent-text = We keep neither the file nor a note that you checked it.
verify-mend-missing = Choose the signed file
verify-mend-large = Choose a file of at most 24 MiB that can be sent whole
verify-other = Another way to check
verify-offline = Check without us
verify-offline-second = A small free tool for offices, courts and newsrooms. It works offline.
verify-offline-text = The command “chancery verify” checks the same file on your own computer and says the same words, in ten years too.
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
verdict-when = { $date } at { $hour }:{ $minutes } UTC
verdict-second = { $date }, { $hour }:{ $minutes }:{ $seconds } UTC
verdict-signature = Signature { $number }: { $word }
verdict-facts = Who, when, for whom
verdict-found = What we found
verdict-name = File
verdict-changed = Changed
verdict-changed-when = Not known when. The change carries no proof of time.
verdict-claimed = The file names
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
verdict-note-later = In many years too
verdict-note-later-text = The file carries its own proofs, so this answer does not need us. It stays when the authority behind the signature has closed.
verdict-note-pattern = The pattern above
verdict-note-pattern-text = It is drawn from the receipt number inside the signature, { $number }. The receipt carries the same pattern.
verdict-note-no-no = This is not a “no”
verdict-note-no-no-text = A paper with a smudged date can be real. We only say what the file itself can prove.
verdict-note-person = This is not about the person
verdict-note-person-text = The signer may have done nothing wrong. The file in your hands is not the one that was signed.
verdict-note-here = Checked and dropped
verdict-note-here-text = The file was checked while you waited. We have not kept it.
verdict-note-offline = Check again without us
verdict-note-offline-text = The command “chancery verify” gives the same answer on your own computer. It needs this file and the country’s root certificate, and no network.
verdict-note-help = A person can help
verdict-note-help-text = Ask the office that enrolled you, and name the case { $case }. The case holds no part of your file.

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
todo-purpose = If you think that someone did this on purpose, tell the police and keep this file.
todo-right-file = Look whether you chose the right file.
todo-right-file-why = A document that was signed here is a PDF. A photo, a scan or a text file carries no signature.
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
