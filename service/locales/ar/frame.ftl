# إطار كل صفحة، بكلمات كل خدمة.
# The reader is addressed in the plural, buttons and links are verbal nouns: no word infers a gender.

frame-skip = الانتقال إلى المحتوى الرئيسي
frame-brand = تشانسري
frame-official = هذه هي خدمة الهوية الرسمية، { $country }.
frame-sandbox = هذه بيئة تجريبية، { $country }: لا أثر قانونيًا لأي شيء هنا.
frame-official-short = خدمة رسمية، { $country }.
frame-sandbox-short = بيئة تجريبية: بلا أثر قانوني.
frame-address = يبدأ العنوان بـ
frame-how = كيف تتأكدون
frame-how-text = انظروا إلى شريط العنوان في المتصفح. يجب أن يبدأ بهذا العنوان تمامًا. نحن لا نطلب كلمة مرور أبدًا، ولا نرسل أبدًا رسالة فيها رابط لتسجيل الدخول.
frame-languages = اللغة
frame-language = العربية
frame-language-short = ع
frame-choice-title = لا يمكن فتح هذا الرابط
frame-choice-happened = رابط اختيار اللغة لم يذكر صفحة من صفحات هذه الخدمة.
frame-choice-todo = انتقلوا إلى الصفحة الأولى واختاروا اللغة هناك.
frame-notes = في الهامش
frame-back = رجوع
frame-back-label = رجوع
frame-sign-out = تسجيل الخروج
frame-wrong = هل هناك مشكلة؟
frame-wrong-text = أخبروا المكتب الذي سجّلكم، واذكروا رقم الحالة إن كان ظاهرًا في الصفحة.
frame-error-prefix = خطأ: { $title }
frame-error-summary = هناك مشكلة
frame-case = رقم الحالة
frame-case-why = اذكروا هذا الرقم عند طلب المساعدة. إنه يدلنا على ما حدث، ولا يقول شيئًا عنكم.
frame-leave-title = المتابعة إلى { $destination }
frame-leave-go = متابعة
frame-no-script = لا يعمل مفتاح المرور إلا مع JavaScript. فعّلوه لهذا الموقع ثم أعيدوا تحميل الصفحة.
frame-imprint = تشانسري، { $country }
frame-passkey-waiting = جهازكم يسألكم الآن. ابحثوا عن نافذته، وقدّموا فيها الإصبع أو الوجه أو الرمز السري. لا داعي للعجلة.
frame-passkey-sent = أجاب مفتاح المرور. لحظة واحدة.
frame-passkey-refused = توقف جهازكم أو انتهت المهلة. لم يُرسل شيء. يمكنكم المحاولة مرة أخرى.
frame-passkey-exists = على هذا الجهاز مفتاح مرور لكم. استخدموه، أو خذوا جهازًا آخر.
frame-passkey-unsupported = لا يستطيع هذا المتصفح استخدام مفاتيح المرور. افتحوا هذه الصفحة في متصفح أحدث أو على الهاتف.
