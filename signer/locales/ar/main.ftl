# دار التوقيع، بكلماتها.
# The reader is addressed in the plural, buttons and links are verbal nouns: no word infers a gender. Nor does a verb
# agree with the name of an agency or a person, whose gender nobody told us.

service = التوقيع
band-sign = أنتم على وشك توقيع مستند
band-step = الخطوة { $step } من 3

date = { $day }{"\u00A0"}{ $month }{"\u00A0"}{ $year }
when = { $date }، { $hour }:{ $minutes }{"\u00A0"}بتوقيت{"\u00A0"}UTC
when-second = { $date }، { $hour }:{ $minutes }:{ $seconds }{"\u00A0"}بتوقيت{"\u00A0"}UTC
month-1 = يناير
month-2 = فبراير
month-3 = مارس
month-4 = أبريل
month-5 = مايو
month-6 = يونيو
month-7 = يوليو
month-8 = أغسطس
month-9 = سبتمبر
month-10 = أكتوبر
month-11 = نوفمبر
month-12 = ديسمبر
pages = { $count ->
    [one] صفحة واحدة
    [two] صفحتان
    [few] { $count } صفحات
    [many] { $count } صفحة
   *[other] { $count } صفحة
 }

# --- labels of facts
label-from = من
label-about = الموضوع
label-what = الأثر
label-until = يمكن التوقيع حتى
label-for = لمن
label-as = توقّعون باسم
label-document = المستند
label-to = يُرسل إلى
label-by = توقيع
label-on = وقت التوقيع
label-given = أُعطي إلى
label-reason = سببكم
label-when = الوقت
label-effect = الأثر القانوني
effect-none = لا يوجد. هذه بيئة تجريبية.
for-yourself = لأنفسكم
not-now = ليس الآن
refuse = رفض
fingerprint = البصمة الرقمية للمستند (SHA-256)، أول 8 مجموعات من 16
fingerprint-why = تظهر المجموعات نفسها على الإيصال. إذا تغيّر حرف واحد من المستند تغيّرت كل المجموعات.
return-to = العودة إلى { $agency }
see-list = عرض كل طلباتكم
todo = ما العمل الآن
nothing-signed = لم يُوقَّع أي شيء.
wrong-before = خطأ:
keep-everything = كل شيء باقٍ لكم
keep-everything-text = هويتكم ومفتاح المرور ومستنداتكم كما كانت.

# --- the first page
start-title = اقرؤوا أولًا.
start-title-more = ثم وقّعوا ما تقصدون.
start-lead = ما تطلب الخدمات العامة توقيعه ينتظركم هنا. مفتاح المرور الخاص بكم هو الذي يوقّع، ولا شيء غيره.
start-go = الاطلاع على ما ينتظركم
start-verify = التحقق من مستند موقّع
start-promise = ما نعد به
start-nobody = لا أحد يوقّع بدلًا منكم.
start-nobody-why = مفتاح المرور يوافق على النص الذي رأيتموه بعينه. من دونه لا نستطيع حتى نحن أن نصنع توقيعكم.
start-shown = ما ترونه هو ما يُوقَّع.
start-shown-why = الصفحات والكلمات التي على شاشتكم جزء مما يوافق عليه مفتاح المرور.
start-check = كل إنسان يستطيع التحقق.
start-check-why = التوقيع الذي يُصنع اليوم يمكن التحقق منه سنوات، من دون سؤالنا ومن دون حساب.
start-steps = كيف يجري التوقيع
start-step-asked = تطلب منكم خدمة عامة توقيع شيء، وترسلكم إلى هنا.
start-step-read = تقرؤون المستند كله. يمكنكم التوقف أو العودة لاحقًا أو الرفض.
start-step-touch = تستخدمون مفتاح المرور مرة واحدة. تحصلون على إيصال وعلى المستند الموقّع.

# --- the list
list-title = للتوقيع
list-lead = اقرؤوا أولًا ثم قرّروا. لا يُوقَّع شيء في هذه الصفحة.
list-waiting = { $count ->
    [one] مستند واحد ينتظركم
    [two] مستندان ينتظرانكم
    [few] { $count } مستندات تنتظركم
    [many] { $count } مستندًا ينتظركم
   *[other] { $count } مستند ينتظركم
 }
list-nothing = لا شيء ينتظر توقيعكم.
list-nothing-why = عندما تطلب خدمة عامة توقيعكم يظهر الطلب هنا حتى تقرّروا أو تنتهي مدته.
list-done = ما تقرّر أو انتهى
list-requested = { $agency }. القراءة والقرار حتى { $date }
list-approved = { $agency }. يجري التوقيع الآن
list-certified = { $agency }. يجري التوقيع الآن
list-signed = { $agency }. يجري التوقيع الآن
list-stamped = { $agency }. يجري التوقيع الآن
list-delivered = { $agency }. وقّعتم في { $date }
list-refused = { $agency }. رفضتم في { $date }
list-expired = { $agency }. انتهى في { $date } من دون توقيع
list-note-who = من يستطيع أن يطلب
list-note-who-text = الخدمات المسجّلة هنا فقط، وبعد تسجيل دخولكم لديها فقط. أسماؤها من سجلنا.
list-note-rush = لا أحد يستعجلكم
list-note-rush-text = يمكنكم الرفض، بسبب أو من دون سبب. ويمكنكم أيضًا ترك الطلب هنا حتى نهايته.

# --- step 1
read-title = اقرؤوا ما ستوقّعونه
read-nothing-signed = لا يُوقَّع شيء في هذه الصفحة.
read-document = المستند
read-download = تنزيل
read-larger = الصفحة { $number } بخط كبير
read-later = القراءة لاحقًا
read-pages = صفحات المستند
read-position = الصفحة { $number } من { $pages }
read-previous = الصفحة السابقة
read-next = الصفحة التالية
read-jump = الانتقال إلى الصفحة
read-jump-do = انتقال
read-picture = صورة هذه الصفحة. يتبعها نصها.
read-as-text = القراءة نصًا
read-as-picture = رؤية الصفحة نفسها
read-text-title = نص الصفحة { $number } من { $pages }
read-text-aid = استخرج برنامج هذا النص من الملف للمساعدة. صورة الصفحة والملف نفسه هما ما توقّعونه.
read-text-tagged = ترتيبه وعناوينه كما وضعها مصدر المستند.
read-text-drawn = لم يضع مصدر المستند ترتيبًا للقراءة، فالأسطر كما هي مرسومة.
read-text-untrusted = وضع مصدر المستند ترتيبًا للقراءة يناقض نفسه، فالأسطر كما هي مرسومة.
read-text-unsaid = في هذه الصفحة علامات لا تبيّن أي حروف هي. الصورة تُظهرها.
read-text-cut = نص هذه الصفحة أطول مما يتسع. لا يظهر هنا إلا أوله.
read-text-outside = في هذه الصفحة أيضًا، خارج الترتيب الذي وضعه مصدر المستند:
read-text-author = كلمات مصدر المستند، غير مرسومة هنا: { $words }
read-text-hidden = في الملف، ولكنه غير مرسوم هنا: { $words }
read-no-text = ليس في هذه الصفحة نص، بل صورة فقط. لا يستطيع قارئ الشاشة قراءتها. اطلبوا من المرسل صيغة أخرى منها.
read-continue = قرأته، متابعة
read-note-steps = ثلاث خطوات
read-note-now = 1 القراءة
read-note-steps-text = { $now }، 2 القرار، 3 الإيصال. يمكنكم التوقف عند كل خطوة.
read-note-shown = ما ترونه هو ما يُوقَّع
read-note-shown-text = هذه الكلمات وهذه الصفحات والنص المخصص لقارئات الشاشة كلها داخلة فيما يوافق عليه مفتاح المرور. لا يمكن دسّ شيء آخر.
read-note-pressure = هل هناك ضغط عليكم؟
read-note-pressure-text = لا يحق لأحد أن يستعجلكم. أغلقوا هذه الصفحة. يبقى الطلب لكم حتى نهايته.

# --- step 2
accept-title = هل تقبلون وتوقّعون؟
accept-asks = يُطلب منكم التوقيع
accept-late = بقيت صفحتكم السابقة مفتوحة أطول مما يجوز، فلم يُوقَّع بها شيء. ولم يضع شيء: هذا هو المستند نفسه، ويمكنكم توقيعه الآن.
accept-read-again = القراءة مرة أخرى
accept-read-again-what = ما ستوقّعونه
accept-passkey = استخدموا مفتاح المرور من أجل { $sign }. هذه اللمسة الواحدة توقّع هذا المستند ولا شيء غيره.
accept-passkey-sign = التوقيع
accept-sign = قبول وتوقيع
accept-passkey-error = لم يُستخدم مفتاح المرور، ولم يُوقَّع أي شيء. يمكنكم المحاولة مرة أخرى.
accept-keeps = «ليس الآن» يُبقيه لكم حتى { $date }. «رفض» يُعلم { $agency } بأنكم لا توقّعون، ويمكنكم ذكر السبب.
accept-note-device = ما يعرضه جهازكم
accept-note-device-text = نافذة من هاتفكم أو حاسوبكم، وفيها الاسم { $rp }. إن ظهر فيها اسم آخر فاضغطوا إلغاء.
accept-note-key = مفتاح لتوقيع واحد
accept-note-key-text = نصنع مفتاحًا جديدًا لهذا الفعل، ونستخدمه مرة واحدة ثم نتلفه. لا يبقى شيء يُسرق.
accept-note-stop = لا يزال التوقف ممكنًا
accept-note-stop-text = اضغطوا إلغاء في نافذة جهازكم، فلا يُوقَّع شيء. لا داعي للعجلة في هذه الصفحة.

# --- refusing
refuse-title = هل ترفضون التوقيع؟
refuse-lead = لن توقّعوا { $title }.
refuse-reason = لماذا لا توقّعون (اختياري)
refuse-hint = يصل إلى { $agency }. لا يزيد على 500 حرف.
refuse-kept = أخذتم وقتكم، فجرى تسجيل دخولكم من جديد. لم يُرسل شيء بعد: ما كتبتموه في الأسفل.
refuse-mend = اختصروا السبب إلى 500 حرف، أو اتركوه فارغًا
refuse-do = رفض
refuse-back = الرجوع إلى القراءة
refuse-note-free = لستم مدينين لأحد بسبب
refuse-note-free-text = يمكنكم ترك الحقل فارغًا. لا يقرأ ما تكتبونه إلا الخدمة التي طلبت التوقيع.
refuse-note-later = لم تحسموا أمركم بعد؟
refuse-note-later-text = ارجعوا أو أغلقوا هذه الصفحة. يبقى الطلب لكم حتى نهايته.

# --- step 3
receipt-window = الإيصال
receipt-tag = تم التوقيع
receipt-title = وقّعتم المستند
receipt-label = رقم الإيصال
receipt-time = يثبته ختم زمني داخل الملف
receipt-signed = المستند الموقّع
receipt-without = نسخة يمكنكم نشرها
receipt-print = طباعة
receipt-check = التحقق من هذا التوقيع
receipt-next = ماذا يحدث بعد ذلك
receipt-next-fetches = يصل المستند الموقّع الآن إلى { $agency }.
receipt-next-fetched = وصل المستند الموقّع إلى { $agency } في { $date }.
receipt-next-kept = احفظوا نسخة. نحذف نسختنا وهذا الإيصال بعد ذلك بـ 30 يومًا.
receipt-next-kept-until = احفظوا نسخة. نحذف نسختنا وهذا الإيصال بعد { $date }.
receipt-next-check = كل من لديه المستند يستطيع التحقق منه، معنا أو من دوننا.
receipt-note-pattern = هذا النقش لكم
receipt-note-pattern-text = رُسم من رقم إيصالكم. رقم آخر يرسم نقشًا آخر. وصفحة التحقق لدينا ترسم النقش نفسه.
receipt-note-number = احفظوا الرقم
receipt-note-number-text = به يُعرف هذا التوقيع عندما تسألون عنه. وهو وحده لا يفتح شيئًا.
receipt-note-evidence = نسختان
receipt-note-evidence-text = يحمل المستند الموقّع الدليل على موافقتكم، من أجل المحاكم. أما النسخة التي يمكنكم نشرها فخالية من ذلك الدليل، وتبقى صحيحة لدى برامج الآخرين.
receipt-note-print = على الورق
receipt-note-print-text = يُطبع الإيصال وحده على صفحة واحدة، من دون أزرار ومن دون هذه الهوامش.

# --- running, ended, signed out
running-title = يجري توقيع مستندكم
running-lead = وافق مفتاح المرور على { $title }. يستغرق ذلك عادة لحظة.
running-approved = موافقة مفتاح المرور
running-certificate = شهادة لهذا التوقيع وحده
running-signature = التوقيع نفسه
running-time = ختم زمني يثبت الوقت
running-file = المستند الكامل وإيصالكم
running-done = تم
running-now = الآن
running-next = التالي
running-long = يستغرق هذا أطول من المعتاد. لم يضع شيء: نتابع من تلقاء أنفسنا، وسيظهر الإيصال هنا.
running-again = النظر مرة أخرى
running-note-leave = يمكنكم المغادرة
running-note-leave-text = تنظر هذه الصفحة بنفسها إلى أين وصل الأمر، أو تضغطون «النظر مرة أخرى». يمكنكم إغلاقها أيضًا: الإيصال ينتظركم في قائمتكم.
ended-window = انتهى هذا الطلب
ended-refused = رفضتم التوقيع
ended-refused-text = يصل إلى { $agency } أنكم لا توقّعون، والسبب إن ذكرتموه.
ended-refused-todo = لا يلزمكم شيء آخر. إن غيّرتم رأيكم فاطلبوا من { $agency } البدء من جديد.
ended-refused-on = وقت الرفض
ended-refused-return = العودة إلى { $agency }
ended-expired = لم يقرّر أحد في الوقت المحدد
ended-expired-text = كل طلب يعيش مدة محدودة، حتى لا يستطيع أحد استعمال طلب قديم. يصل إلى { $agency } أنه انتهى.
ended-expired-todo = إن كنتم لا تزالون تريدون التوقيع فابدؤوا من جديد لدى { $agency }.
ended-expired-on = وقت الانتهاء
ended-expired-return = العودة إلى { $agency }
signed-out-title = تم تسجيل الخروج
signed-out-text = لا يستطيع أحد الآن قراءة مستنداتكم أو توقيعها من هذا المتصفح.
signed-out-again = تسجيل الدخول من جديد

# --- refusals: title, what happened, what to do now, and where there is one, the way on
fault-title = حدث خلل عندنا
fault-happened = لم نستطع فعل هذا. لم يُوقَّع به أي شيء.
fault-todo = حاولوا مرة أخرى بعد بضع دقائق. إن بقي الأمر كذلك فاذكروا رقم الحالة لمكتب المساعدة.
fault-other-title = جزء آخر من الخدمة لا يجيب
fault-other-happened = لم نستطع الوصول إلى جزء من الخدمة نحتاج إليه لهذا. لم يُوقَّع به أي شيء.
fault-other-todo = حاولوا مرة أخرى بعد بضع دقائق. ما فعلتموه حتى الآن محفوظ.
form-foreign-title = هذا النموذج قديم
form-foreign-happened = لم يأت النموذج من الصفحة التي أعطيناكم إياها، فلم نفعل شيئًا.
form-foreign-todo = ارجعوا وأعيدوا تحميل الصفحة ثم كرّروا الخطوة.
form-foreign-go = الاطلاع على ما ينتظركم
not-found-title = الصفحة غير موجودة
not-found-happened = لا توجد صفحة كهذه، أو أنها تخص شخصًا آخر.
not-found-todo = تحققوا من العنوان. إن أرسل أحد إليكم الرابط فسجّلوا الدخول بهوية الشخص المقصود به.
not-found-go = الاطلاع على ما ينتظركم
not-open-title = تقرّر أمر هذا الطلب من قبل
not-open-happened = قرّرتم من قبل، ربما في نافذة أخرى، أو انتهت مدته. لم يُوقَّع شيء زيادة.
not-open-todo = صفحة الطلب تبيّن ما آل إليه.
not-open-go = عرض الطلب
stopped-title = لا يمكنكم التوقيع الآن
stopped-happened = هويتكم موقوفة، فلا يمكن توقيع شيء بها. لم يُوقَّع أي شيء.
stopped-todo = اسألوا المكتب الذي سجّلكم، واذكروا رقم الحالة. يبقى الطلب لكم حتى نهايته.
stale-title = لا يمكنكم التوقيع في هذه اللحظة
stale-happened = لا نعرف هل هويتكم لا تزال سليمة، لأن السجل لم يجب منذ مدة. لم يُوقَّع أي شيء.
stale-todo = حاولوا مرة أخرى بعد بضع دقائق. يبقى الطلب لكم حتى نهايته.
stale-go = العودة إلى المستند
reason-title = السبب أطول مما يجوز
reason-happened = لا يزيد السبب على 500 حرف. لم يُسجَّل رفضكم.
reason-todo = ارجعوا واختصروه ثم ارفضوا من جديد، أو اتركوه فارغًا.
touch-refused-title = لم يُقبل مفتاح المرور
touch-refused-happened = جواب مفتاح المرور لا يطابق ما عُرض. لم يُوقَّع أي شيء.
touch-refused-todo = عودوا إلى المستند وحاولوا مرة أخرى، بمفتاح المرور الذي أنشأتموه عند تسجيلكم.
touch-refused-go = العودة إلى المستند
ask-again-title = لم يمكن صنع التوقيع
ask-again-happened = قاطعنا شيء بين لمستكم والتوقيع. لم يُوقَّع أي شيء، ولا يمكن استعمال لمستكم بعد الآن.
ask-again-todo = عودوا إلى المستند وقرّروا من جديد.
ask-again-go = العودة إلى المستند
login-lost-title = انقطع تسجيل الدخول
login-lost-happened = لم نستطع ربط جواب خدمة تسجيل الدخول بهذا المتصفح. لم يُسجَّل دخول أحد.
login-lost-todo = سجّلوا الدخول مرة أخرى، في نافذة واحدة.
login-lost-go = تسجيل الدخول من جديد
login-refused-title = لم يتم تسجيل الدخول
login-refused-happened = توقف تسجيل الدخول قبل نهايته. لم يُوقَّع أي شيء.
login-refused-todo = سجّلوا الدخول من جديد عندما تريدون القراءة أو التوقيع.
login-refused-go = تسجيل الدخول من جديد

# --- verifying: choose a file
verify-title = التحقق من مستند موقّع
verify-lead = لمعرفة من وقّعه ومتى، وهل تغيّر فيه شيء.
verify-file = أفلتوا الملف هنا
verify-hint = ملف PDF لا يزيد على {"\u2066"}24 MiB{"\u2069"}
verify-do = تحقق
verify-error = خطأ:
verify-sent = يُرسل الملف إلينا ويُفحص ثم يُحذف.
verify-sent-text = لا نحتفظ بالملف ولا بأي إشارة إلى أنكم تحققتم منه.
verify-mend-missing = اختاروا الملف الموقّع
verify-mend-large = اختاروا ملفًا لا يزيد على {"\u2066"}24 MiB{"\u2069"} ويمكن إرساله كاملًا
verify-other = طريقة أخرى للتحقق
verify-offline = التحقق من دوننا
verify-offline-second = أداة صغيرة مجانية للمكاتب والمحاكم وغرف الأخبار. تعمل من دون اتصال.
verify-offline-text = الأمر «chancery verify» يفحص الملف نفسه على حاسوبكم ويقول الكلمات نفسها، من دون اتصال.
verify-offline-trust = في الملف bundle.der الشهادة الجذرية للدولة. خذوه ممن تثقون به، لا ممن أرسل إليكم المستند.
verify-note-answers = ثلاثة أجوبة
verify-answer-missing = ، وما الذي ينقص
verify-note-which = أي التوقيعات نعرف
verify-note-which-text = التوقيعات التي تقود إلى جذر { $country }. أما غيرها فلا نستطيع أن نقول إلا أننا لا نعرف من يضمنها.
verify-note-practise = تدرّبوا أولًا
verify-note-practise-text = تحققوا من ملف موقّع لكم. ثم غيّروا حرفًا واحدًا في نسخة منه وتحققوا من النسخة.

# --- the verdict
verdict-genuine = أصلي
verdict-unsure = لا يمكن تأكيده
verdict-not-genuine = غير أصلي
verdict-genuine-one = عليه توقيع { $names } في { $at }. لم يتغيّر فيه شيء منذ ذلك الوقت.
verdict-genuine-several = عليه توقيعات { $names }، آخرها في { $at }. لم يتغيّر فيه شيء منذ ذلك الوقت.
verdict-do-not-rely = { $found } لا تعتمدوا عليه.
verdict-when = { $date }، { $hour }:{ $minutes } بتوقيت UTC
verdict-second = { $date }، { $hour }:{ $minutes }:{ $seconds } بتوقيت UTC
verdict-signature = التوقيع { $number }: { $word }
verdict-facts = من ومتى ولمن
verdict-found = ما وجدناه
verdict-name = الملف
verdict-changed = التغيير
verdict-changed-when = وقته غير معروف. لا يحمل التغيير دليلًا على الوقت.
verdict-claimed = الاسم المذكور في الملف
verdict-names = الاسم المذكور في التوقيع
verdict-certified = صدّقت عليه { $authority }
verdict-proved = يثبته ختم زمني من { $at }
verdict-own-name = الشخص الموقّع باسمه
verdict-asked = الجهة الطالبة
verdict-with = وسيلة الموافقة
verdict-with-passkey = مفتاح المرور الخاص بمن وقّع، على هذا المستند بعينه
verdict-level = المستوى
verdict-officers = { $count ->
    [one] شخص واحد من مكتب التسجيل
    [two] شخصين من مكتب التسجيل
    [few] { $count } أشخاص من مكتب التسجيل
    [many] { $count } شخصًا من مكتب التسجيل
   *[other] { $count } شخص من مكتب التسجيل
 }
verdict-level-sandbox = بيئة تجريبية: لا شخص حقيقيًا. بموافقة { $officers }
verdict-level-desk = ثبتت الهوية في مكتب، بالوثائق. بموافقة { $officers }
verdict-level-unknown = ثبتت الهوية بطريقة غير معروفة هنا. بموافقة { $officers }
verdict-formal = النتيجة الرسمية
verdict-standard = البنود من المعيار ETSI EN 319 102-1، ما لم يُذكر نص آخر.
verdict-check = الفحص
verdict-clause = البند
verdict-result = النتيجة
verdict-file = البصمة الرقمية للملف كله (SHA-256)
verdict-size = بايت
verdict-next = الملف التالي
verdict-again = التحقق من مستند آخر
verdict-note-later = وفي السنوات اللاحقة أيضًا
verdict-note-later-text = يحمل الملف أدلته معه، فلا يحتاج هذا الجواب إلينا. ويبقى بعد أن تُغلق الجهة التي تقف وراء التوقيع.
verdict-note-pattern = النقش أعلاه
verdict-note-pattern-text = رُسم من رقم الإيصال الذي في داخل التوقيع. ويحمل الإيصال النقش نفسه.
verdict-note-no-no = هذا ليس «لا»
verdict-note-no-no-text = قد تكون الورقة ذات التاريخ المطموس حقيقية. لا نقول إلا ما يستطيع الملف نفسه إثباته.
verdict-note-person = هذا لا يتعلق بالشخص
verdict-note-person-text = ربما لم يخطئ الشخص الموقّع في شيء. الملف الذي بين أيديكم ليس هو الملف الذي وُقّع.
verdict-note-here = فُحص ثم حُذف
verdict-note-here-text = فُحص الملف وأنتم تنتظرون. لم نحتفظ به.
verdict-note-offline = التحقق مرة أخرى من دوننا
verdict-note-offline-text = الأمر «chancery verify» يعطي الجواب نفسه على حاسوبكم. يحتاج إلى هذا الملف وإلى الشهادة الجذرية للدولة، ولا يحتاج إلى شبكة.
verdict-note-help = هناك من يساعدكم
verdict-note-help-text = اسألوا في مكتب من مكاتب التسجيل، واذكروا هذه الحالة. ليس فيها شيء من ملفكم.

# --- what was signed, and what the file says now
signed-title = عرض ما وُقّع بعينه
signed-what = المستند كما كان عندما وُقّع
signed-why = لم نحتفظ بملفكم. اختاروه مرة أخرى تحصلوا على الجزء الذي وُقّع منه، بصيغة PDF. ثم نحذف الملف من جديد.
signed-file = الملف نفسه
signed-do = الحصول على ما وُقّع
compare-then = ما وُقّع، الصفحة { $page }
compare-now = ما يقوله الملف الآن، الصفحة { $page }
compare-none = لا شيء هنا.
compare-aid = استخرج برنامج هذه الكلمات من الملف. قد تختلف الصفحات نفسها في أكثر من ذلك.
compare-lost = لا يمكن عرض ما وُقّع: التغيير في داخل الجزء الموقّع، وليس في الملف نسخة أخرى منه.
compare-same = يقرأ البرنامج الكلمات نفسها فيما وُقّع وفي الملف الآن. التغيير في شيء آخر، مثل صورة أو حقل.
compare-unread = لم نستطع وضع الكلمات التي وُقّعت إلى جانب كلمات الملف الآن.

# --- what happened to the file
history-title = تاريخ هذا الملف
history-signed = وُقّع
history-signed-by = وُقّع باسم { $name }
history-proved = أكّد ختم زمني الوقت
history-checked = تحققتم منه في هذه الصفحة

# --- not genuine: what to do
todo-title = ما العمل الآن
todo-again = اطلبوا الملف من المرسل مرة أخرى كما وصل إليه.
todo-again-why = قد يغيّر برنامج بريد أو ماسح ضوئي ملفًا من دون قصد.
todo-again-ask = تحققت من الملف الموقّع الذي وصلني منكم، وليس كما وُقّع. أرجو إرساله مرة أخرى كما وصل إليكم.
todo-see = انظروا إلى ما وُقّع حقًا، قبل التغيير.
todo-see-why = لا يزال الملف يحمله، في أسفل هذه الصفحة.
todo-purpose = إن رأيتم أن أحدًا فعل هذا عمدًا فأبلغوا الشرطة واحفظوا هذا الملف.
todo-right-file = انظروا هل اخترتم الملف الصحيح.
todo-right-file-why = المستند الذي وُقّع هنا ملف PDF. الصورة أو المسح الضوئي أو ملف النص لا يحمل توقيعًا.
print-result = طباعة هذه النتيجة
letter-do = الكتابة إلى المرسل
letter-subject = المستند الموقّع

# --- cannot be confirmed: what is missing, who has it, what to ask
missing-title = ما الذي ينقص، ومن يستطيع إصلاحه
missing-what = ما ينقص
missing-who = عند من هو
missing-ask = ماذا تطلبون
missing-signature-need = توقيع
missing-signature-why = المسح الضوئي أو النسخة المطبوعة أو الحفظ من جديد ليس هو الملف الموقّع.
missing-signature-who = على الأرجح عند من أرسل إليكم الملف
missing-signature-ask = أرجو إرسال الملف الموقّع نفسه كما وصل إليكم، لا مسحًا ضوئيًا ولا نسخة منه.
missing-time-need = ختم زمني سليم
missing-time-why = من دونه لا يستطيع أحد أن يعرف هل كانت الشهادة صالحة عندما استُخدمت.
missing-time-who = على الأرجح عند من أرسل إليكم الملف
missing-time-ask = أرجو إرسال الملف مع ختمه الزمني.
missing-approval-need = الدليل على أن الشخص الموقّع وافق على هذا المستند
missing-approval-why = النسخة المعدّة للنشر خالية منه.
missing-approval-who = عند الشخص الموقّع، وعند من طلب التوقيع
missing-approval-ask = أرجو إرسال المستند الموقّع مع دليل الموافقة، لا النسخة المعدّة للنشر.
missing-root-need = جهة معروفة هنا تضمنه
missing-root-why = يقود الملف إلى شهادة جذرية لا نعرفها. قد يكون سليمًا مع ذلك.
missing-root-who = عند من أرسل إليكم الملف
missing-root-ask = بأي خدمة وُقّع هذا، وأين أستطيع التحقق منه؟
missing-authorities-need = دليل عن الجهات التي تقف وراء التوقيع
missing-authorities-why = يجب أن يبيّن الملف أن أيًا منها لم تُلغَ شهادته في ذلك الوقت.
missing-authorities-who = على الأرجح عند من أرسل إليكم الملف
missing-authorities-ask = أرجو إرسال الملف كما أعطتكم إياه خدمة التوقيع، لا بعد حفظه من جديد.
missing-kind-need = توقيع من نوع نستطيع تأكيده
missing-kind-why = قد يكون سليمًا على طريقته، ولكن القواعد التي نعرفها لا تشمله.
missing-kind-who = عند من أرسل إليكم الملف
missing-kind-ask = بأي خدمة وُقّع هذا، وأين أستطيع التحقق منه؟

# --- what is sure, and what is not
sure-title = ما هو مؤكد الآن
sure-cryptography = لم يتغيّر شيء في المستند.
sure-changes = لم يُضف شيء إلى الملف بعد توقيعه.
sure-chain = الشهادة باسم { $name }.
sure-time-stamp = وقت التوقيع ثابت.
sure-evidence = وافق الشخص الموقّع على هذا المستند بعينه.
unsure-format = غير مؤكد: هل التوقيع في مكانه الصحيح من الملف.
unsure-identification = غير مؤكد: لمن الشهادة.
unsure-cryptography = غير مؤكد: هل التوقيع يطابق المستند.
unsure-time-stamp = غير مؤكد: متى وُقّع.
unsure-chain = غير مؤكد: من يضمن الاسم الذي في التوقيع.
unsure-revocation = غير مؤكد: هل كانت الجهات سليمة في ذلك الوقت.
unsure-acceptance = غير مؤكد: هل رُوعيت قواعد مثل هذه التوقيعات.
unsure-evidence = غير مؤكد: هل وافق الشخص الموقّع على هذا المستند.
unsure-changes = غير مؤكد: ما الذي حُفظ مع التوقيع وبعده.
unsure-validation-data = غير مؤكد: هل الأدلة التي في الملف تخص توقيعاته.

# --- what a signature does not prove
not-proved-title = ما لا يثبته هذا
not-proved-truth = أن ما يقوله المستند صحيح.
not-proved-print = أن نسخة مطبوعة تساوي هذا الملف.
not-proved-approval = أن الشخص الموقّع وافق على هذا المستند: لم يُفحص دليل ذلك.
not-proved-name = من وقّع: الاسم هو ما يقوله الملف، ولا نعرف أحدًا يضمنه.
not-proved-sandbox = أن الشخص موجود: الشهادة معلّمة بأنها من بيئة تجريبية.

# --- steps of the check
step-format = الصيغة والمكان في الملف
step-identification = العثور على شهادة التوقيع
step-cryptography = المستند وقيمة التوقيع
step-time-stamp = الختم الزمني
step-chain = مسار الشهادات إلى الجذر
step-revocation = الإلغاء، من البيانات التي في الملف
step-acceptance = الارتباط بتوقيع واحد، والسياسة، والأوقات
step-evidence = مفتاح المرور للشخص الموقّع وافق على هذا المستند
step-changes = ما حُفظ مع التوقيع وبعده
step-validation-data = بيانات التحقق تخص التوقيعات

# --- what can be found
finding-unreadable = الملف تالف، أو غُيّر بحيث لا يرى الجميع فيه الشيء نفسه.
finding-not-a-pdf = الملف ليس PDF، أو غُيّر أوله.
finding-no-signature = ليس في الملف توقيع.
finding-frame = ليس التوقيع في الملف كما يجب أن يكون.
finding-form = التوقيع تالف، أو من نوع لا نقبله.
finding-signing-certificate = شهادة التوقيع ناقصة، أو هي شهادة أخرى.
finding-document = تغيّر المستند بعد توقيعه.
finding-value = لم يُصنع التوقيع بالمفتاح الذي يذكره.
finding-changed-after = أُضيف شيء إلى الملف أو تغيّر فيه بعد توقيعه.
finding-layout = أُدخل مع التوقيع شيء آخر إلى الملف.
finding-unknown-root = لا نعرف من يضمن الشخص الموقّع: لا يقود الملف إلى جذر هذه الدولة.
finding-chain = لا يجوز الاعتماد على شهادة الشخص الموقّع.
finding-too-early = وُجد التوقيع قبل أن تصير شهادته صالحة.
finding-revocation = لا يثبت الملف أن شهادات الجهات التي تقف وراء التوقيع لم تُلغَ.
finding-revoked = أُلغيت شهادة من الشهادات التي تقف وراء التوقيع.
finding-no-time-stamp = التوقيع يطابق المستند، ولكن الدليل على وقت توقيعه ناقص.
finding-time-stamp = الدليل على وقت التوقيع غير سليم.
finding-time-stamp-unit = لا نعرف من يضمن وقت التوقيع: لا يقود الملف إلى جذر هذه الدولة.
finding-time-stamp-ended = انتهت صلاحية الدليل على وقت التوقيع ولم يُجدَّد في حينه.
finding-time-stamp-revocation = لا يثبت الملف أن شهادات جهات الختم الزمني لم تُلغَ.
finding-time-stamp-in-future = الدليل على وقت التوقيع يقع في المستقبل.
finding-unknown-attribute = يحمل التوقيع شيئًا لا نعرفه.
finding-other-policy = ليس التوقيع من النوع الذي نستطيع تأكيده: توقيع بشهادة له وحده.
finding-not-bound = لا تقول الشهادة من أجل أي توقيع صُنعت.
finding-other-binding = صُنعت الشهادة من أجل توقيع آخر.
finding-long-life = مدة الشهادة أطول مما يجوز لشهادة لا يمكن إلغاؤها.
finding-signing-time = وقت التوقيع المذكور في الملف ليس هو الوقت المصدَّق عليه.
finding-times-contradict = الأوقات التي في الملف يناقض بعضها بعضًا.
finding-evidence-missing = التوقيع يطابق المستند، ولكن الدليل على موافقة الشخص الموقّع ليس في هذه النسخة.
finding-evidence-unexpected = في الملف دليل موافقة لا يعرفه التوقيع.
finding-evidence-unreadable = الدليل على موافقة الشخص الموقّع على هذا المستند تالف.
finding-evidence = دليل الموافقة لا يطابق: لم يوافق الشخص الموقّع على هذا المستند بهذه الطريقة.
finding-other-length = المستند الذي عُرض على الشخص الموقّع ليس هو الذي في الملف.
finding-validation-data = الأدلة عن الجهات في الملف تالفة.
finding-stray = في الملف شهادات أو قوائم لا تخص أيًا من توقيعاته.
