"""Weeks 6 to 10: queries, joins, aggregation, subqueries and windows, programming in the database."""

from polytech.integrations.moodle.sample import drawings
from polytech.integrations.moodle.sample.course import Assignment, Book, Label, Page, Question, Quiz, Week

WEEKS = (
    Week(
        "6-апта. SELECT",
        "<p>Таңдау, сүзу, реттеу; сұраныстың логикалық орындалу реті.</p>",
        (
            Page("Дәріс 6. SELECT сұранысы", """
<p>SQL — декларативті тіл: біз <em>нені</em> алғымыз келетінін айтамыз, ал <em>қалай</em> алуды жүйенің өзі
таңдайды. Сондықтан бір сұранысты әртүрлі жазуға болады, бірақ жақсы жүйе оларды бірдей орындайды.</p>
<h3>Логикалық орындалу реті</h3>
<p>Сұраныс жоғарыдан төмен жазылады, бірақ мағынасы басқа ретпен анықталады:</p>
<ol>
<li><code>FROM</code>, <code>JOIN</code> — жолдардың бастапқы жиыны;</li>
<li><code>WHERE</code> — жеке жолдарды сүзу;</li>
<li><code>GROUP BY</code> — топтарға біріктіру;</li>
<li><code>HAVING</code> — топтарды сүзу;</li>
<li><code>SELECT</code> — өрнектерді есептеу;</li>
<li><code>DISTINCT</code> — қайталануды алып тастау;</li>
<li><code>ORDER BY</code> — реттеу;</li>
<li><code>LIMIT</code>, <code>OFFSET</code> — бөлігін алу.</li>
</ol>
<p>Осы реттен екі салдар шығады. Бірінші: SELECT ішінде берілген лақап атты WHERE көрмейді, ал ORDER BY көреді.
Екінші: ORDER BY жазылмаса, жолдардың реті <strong>кездейсоқ</strong>; бүгін дұрыс шыққаны ертең де солай болады
дегенді білдірмейді.</p>
<h3>Сүзу</h3>
<pre>SELECT name, born_on
FROM student
WHERE born_on BETWEEN date '2004-01-01' AND date '2004-12-31'
  AND name ILIKE 'с%'
  AND group_id IS NOT NULL
ORDER BY born_on DESC, name;</pre>
<p><code>BETWEEN</code> екі шетін де қамтиды. Уақыт белгісі үшін бұл қауіпті: <code>BETWEEN '2026-11-01' AND
'2026-11-30'</code> соңғы күннің түн ортасынан кейінгі жазбаларын жоғалтады. Оның орнына жартылай ашық аралықты
қолданыңыз: <code>&gt;= '2026-11-01' AND &lt; '2026-12-01'</code>.</p>
<h3>Шартты өрнектер</h3>
<pre>SELECT name,
       CASE WHEN grade &gt;= 90 THEN 'өте жақсы'
            WHEN grade &gt;= 70 THEN 'жақсы'
            WHEN grade &gt;= 50 THEN 'қанағаттанарлық'
            WHEN grade IS NULL THEN 'қойылмаған'
            ELSE 'қанағаттанарлықсыз' END AS result,
       coalesce(grade, 0) AS points
FROM enrolment JOIN student USING (student_id);</pre>
<h3>Беттеп көрсету</h3>
<p><code>OFFSET 10000</code> он мың жолды оқып, тастап жібереді. Үлкен тізімде соңғы көрсетілген кілттен жалғастырған
дұрыс: <code>WHERE (born_on, student_id) &gt; (:born, :id) ORDER BY born_on, student_id LIMIT 50</code>.</p>
<h3>SQL-инъекция</h3>
<p>Пайдаланушы енгізген мәтінді сұраныс жолына ешқашан желімдемеңіз: <code>' OR 1 = 1 --</code> барлық есікті ашады.
Мәнді параметр ретінде беріңіз, сонда ол код емес, дерек болып қала береді.</p>
"""),
            Assignment("Практика 4. SELECT бойынша он сұраныс", """
<p>Оқу базасы бойынша он сұраныс жазыңыз. Соның үшеуі: (а) аты «А» әрпінен басталмайтын студенттер; (ә) 2004 жылдың
жазында туғандар; (б) бағасы қойылмаған жазылулар. Қалған жетеуін өзіңіз ойлап табыңыз: әрқайсысында жаңа оператор
немесе функция болсын. Әр сұранысқа қазақша сұрағын қоса жазыңыз.</p>
"""),
        ),
    ),
    Week(
        "7-апта. Кестелерді біріктіру",
        "<p>INNER, LEFT, FULL, CROSS JOIN; жартылай біріктіру.</p>",
        (
            Page("Дәріс 7. JOIN", """
<p>Нормалдау деректі бірнеше кестеге бөлді, енді сұраныс оларды қайта жинайды. Біріктіру — декарттық көбейтіндінің
шартпен сүзілген бөлігі; түрлері тек <em>жұбы табылмаған</em> жолдарды не істейтінімен ерекшеленеді.</p>
{{joins}}
<table><thead><tr><th>Түрі</th><th>Не қалады</th></tr></thead><tbody>
<tr><td><code>INNER JOIN</code></td><td>екі жақта да жұбы бар жолдар</td></tr>
<tr><td><code>LEFT JOIN</code></td><td>сол жақтың барлығы; оң жағы жоқ болса NULL</td></tr>
<tr><td><code>RIGHT JOIN</code></td><td>оң жақтың барлығы</td></tr>
<tr><td><code>FULL JOIN</code></td><td>екі жақтың барлығы</td></tr>
<tr><td><code>CROSS JOIN</code></td><td>барлық жұптар</td></tr>
</tbody></table>
<h3>ON мен WHERE айырмашылығы</h3>
<pre>-- Дұрыс: бағасы жоқ студенттер де қалады
SELECT s.name, e.grade
FROM student s LEFT JOIN enrolment e
  ON e.student_id = s.student_id AND e.course_id = 10;

-- Қате: WHERE сыртқы біріктіруді ішкіге айналдырады
SELECT s.name, e.grade
FROM student s LEFT JOIN enrolment e ON e.student_id = s.student_id
WHERE e.course_id = 10;</pre>
<p>Екінші сұраныста жұбы жоқ студенттің <code>e.course_id</code> мәні NULL, WHERE оны алып тастайды.</p>
<h3>Жолдардың көбеюі</h3>
<p>Студентте үш баға және екі телефон болса, екеуін бірдей біріктіргенде алты жол шығады, ал <code>sum(grade)</code>
екі еселенеді. Белгісі — күтпеген DISTINCT қажеттігі. Шешімі: алдымен әр тармақты бөлек жинақтап, содан кейін
біріктіру.</p>
<h3>Жартылай біріктіру</h3>
<p>«Кемінде бір пәнге жазылған студенттер» сұрағына жолдың <em>бар болуы</em> ғана керек:</p>
<pre>SELECT name FROM student s
WHERE EXISTS (SELECT FROM enrolment e WHERE e.student_id = s.student_id);</pre>
<p>«Ешбір пәнге жазылмағандар» — <code>NOT EXISTS</code>. <code>NOT IN</code> қолданбаңыз: ішкі сұраныста бір NULL
болса, нәтиже бос болады.</p>
<h3>Өзімен біріктіру</h3>
<p>Бір топтағы студенттер жұбы: <code>FROM student a JOIN student b ON a.group_id = b.group_id AND a.student_id &lt;
b.student_id</code>. Соңғы шарт әр жұпты бір рет қана қалдырады.</p>
""", {"joins": ("Ішкі және сол жақ біріктіру", drawings.JOINS)}),
            Quiz("Тест 2. SELECT және JOIN", "<p>Алты сұрақ, 15 минут.</p>", (
                Question("Орындалу реті", "<p>SELECT-те берілген лақап атты қай бөлік көрмейді?</p>",
                         ("WHERE", "ORDER BY", "LIMIT", "Барлығы көреді"), "WHERE SELECT-тен бұрын орындалады."),
                Question("LEFT JOIN", "<p>4 студент, 3-еуінің бір-бірден бағасы бар. "
                         "<code>student LEFT JOIN grade</code> "
                         "неше жол береді?</p>", ("4", "3", "7", "12")),
                Question("NOT IN", "<p>Ішкі сұраныс <code>(1, NULL)</code> қайтарса, <code>2 NOT IN (…)</code> неге "
                         "тең?</p>", ("Белгісіз (NULL)", "Шындық", "Жалған", "Қате")),
                Question("CROSS JOIN", "<p>5 және 8 жолды кестелердің CROSS JOIN нәтижесі неше жол?</p>",
                         ("40", "13", "8", "5")),
                Question("Рет", "<p>ORDER BY жоқ сұраныста жолдардың реті қандай?</p>",
                         ("Анықталмаған", "Енгізу реті", "Бастапқы кілт бойынша", "Физикалық рет")),
                Question("Инъекция", "<p>SQL-инъекциядан ең сенімді қорғаныс қайсы?</p>",
                         ("Параметрленген сұраныс", "Тырнақшаларды алып тастау", "Ұзындықты шектеу",
                          "HTTPS қолдану")),
            ), minutes=15),
        ),
    ),
    Week(
        "8-апта. Топтау және жинақтау",
        "<p>GROUP BY, HAVING, жинақтау функциялары. Бірінші аралық бақылау.</p>",
        (
            Page("Дәріс 8. Жинақтау", """
<p>Жинақтау функциясы көп жолдан бір мән жасайды: <code>count</code>, <code>sum</code>, <code>avg</code>,
<code>min</code>, <code>max</code>. <code>GROUP BY</code> жолдарды топтарға бөледі, функция әр топ үшін бөлек
есептеледі.</p>
<pre>SELECT c.title,
       count(*)                                  AS enrolled,
       count(e.grade)                            AS graded,
       round(avg(e.grade), 1)                    AS mean,
       count(*) FILTER (WHERE e.grade &gt;= 90) AS excellent
FROM course c JOIN enrolment e USING (course_id)
GROUP BY c.course_id, c.title
HAVING count(*) &gt;= 2
ORDER BY mean DESC NULLS LAST;</pre>
<h3>NULL және жинақтау</h3>
<p><code>count(*)</code> жолдарды, <code>count(grade)</code> бос емес бағаларды санайды. <code>avg</code> бос мәндерді
есептемейді: үш студенттің бағалары 80, 90, NULL болса, орташасы 85, 56,7 емес. Қайсысы дұрыс екенін SQL емес, ереже
шешеді: бағасы жоқ студент нөл алды ма, әлде бағасы әлі қойылмады ма? Бос жиында <code>sum</code> нөл емес, NULL
қайтарады.</p>
<h3>WHERE мен HAVING</h3>
<p>WHERE жолдарды топтауға дейін сүзеді, HAVING дайын топтарды сүзеді. «2004 жылы туғандары үштен көп топтар»
сұрағында екеуі де керек: туған жыл — WHERE, саны — HAVING.</p>
<h3>Бір сұраныста бірнеше деңгей</h3>
<pre>SELECT g.title, c.title, round(avg(e.grade), 1)
FROM enrolment e JOIN student USING (student_id)
     JOIN student_group g USING (group_id) JOIN course c USING (course_id)
GROUP BY ROLLUP (g.title, c.title);</pre>
<p><code>ROLLUP</code> әр топ пен пән бойынша, сосын әр топ бойынша, ең соңында бүкіл университет бойынша жолдар
қосады.
Қорытынды жолды <code>GROUPING(c.title)</code> функциясы ажыратады.</p>
<h3>Жиі қате</h3>
<p>Топтауға кірмеген бағанды SELECT-ке жазу: әр топта оның көп мәні бар, қайсысын алу керек? PostgreSQL қате береді
(тек топтау бастапқы кілт бойынша болса ғана рұқсат), кейбір жүйелер кездейсоқ мәнін алады.</p>
"""),
            Assignment("Жеке тапсырма 2. Есептер", """
<p>Өз нұсқаңыздың схемасы бойынша бес есеп дайындаңыз: екеуінде GROUP BY мен HAVING, біреуінде сыртқы біріктіру,
біреуінде FILTER, біреуінде ROLLUP болсын. Әр есепке: сұрақ, сұраныс, нәтиже кестесі, NULL мәндерінің қалай
есептелетіні туралы бір сөйлем.</p>
"""),
            Quiz("1-аралық бақылау", "<p>1–8 апталар бойынша. Бір талпыныс, 30 минут.</p>", (
                Question("Кілт", "<p><em>R(A,B,C)</em>, <em>A → B</em>, <em>B → C</em>. Ықтимал кілті қайсы?</p>",
                         ("A", "B", "C", "AB")),
                Question("Қалыпты форма", "<p>Сол қатынас қандай ең жоғары қалыпты формада?</p>",
                         ("2ҚФ", "1ҚФ", "3ҚФ", "БКҚФ"), "B → C — транзитивті тәуелділік."),
                Question("M:N", "<p>M : N байланысы кестеге қалай көшіріледі?</p>",
                         ("Екі сыртқы кілті бар жеке кесте", "Бір сыртқы кілт", "Тізім бағаны", "Екі бірдей кесте")),
                Question("avg", "<p>Бағалар 70, NULL, 90. <code>avg(grade)</code> неге тең?</p>",
                         ("80", "53,3", "NULL", "160")),
                Question("HAVING", "<p>Қай шарт HAVING-те болуы керек?</p>",
                         ("count(*) &gt; 3", "grade &gt; 50", "name LIKE 'А%'", "group_id = 1")),
            ), minutes=30),
        ),
    ),
    Week(
        "9-апта. Ішкі сұраныстар және терезе функциялары",
        "<p>CTE, рекурсия, терезелер.</p>",
        (
            Page("Дәріс 9. Ішкі сұраныс, CTE, терезе", """
<p><strong>Ішкі сұраныс</strong> — басқа сұраныстың ішіндегі сұраныс. Ол бір мән (скаляр), бір баған немесе тұтас кесте
бере алады. Сыртқы жолға сілтейтін ішкі сұраныс <em>корреляцияланған</em> деп аталады: логикалық тұрғыда әр жол үшін
қайта есептеледі.</p>
<h3>CTE: аты бар қадамдар</h3>
<pre>WITH mean AS (
    SELECT course_id, avg(grade) AS value FROM enrolment GROUP BY course_id
)
SELECT s.name, e.grade, round(m.value, 1) AS mean
FROM enrolment e JOIN mean m USING (course_id) JOIN student s USING (student_id)
WHERE e.grade &gt; m.value;</pre>
<p>Ұзын сұранысты қадамдарға бөліп, әрқайсысына мағыналы ат беріңіз: оқушы үшін де, қате іздеу үшін де оңай.</p>
<h3>Рекурсивті сұраныс</h3>
<p>Ағаш тәрізді деректер (кафедралар, пәндердің пререквизиттері) үшін:</p>
<pre>WITH RECURSIVE needed AS (
    SELECT requires FROM prerequisite WHERE course_id = 10
    UNION
    SELECT p.requires FROM prerequisite p JOIN needed n ON p.course_id = n.requires
)
SELECT title FROM course JOIN needed ON course_id = requires;</pre>
<p><code>UNION</code> (ALL емес) қайталануды алып тастайды, сондықтан деректе шеңбер болса да сұраныс аяқталады.</p>
<h3>Терезе функциялары</h3>
<p>GROUP BY жолдарды біріктіреді, терезе функциясы жолды сақтап, көршілеріне қарап есептейді:</p>
<pre>SELECT name, course_id, grade,
       rank()      OVER per_course                   AS place,
       grade - avg(grade) OVER (PARTITION BY course_id) AS difference,
       lag(grade)  OVER per_course                   AS better_neighbour
FROM enrolment JOIN student USING (student_id)
WINDOW per_course AS (PARTITION BY course_id ORDER BY grade DESC NULLS LAST);</pre>
<p><code>row_number</code> әрқашан бірегей, <code>rank</code> тең бағаға тең орын беріп, келесіні секіртеді,
<code>dense_rank</code> секіртпейді. Рейтинг тізімінде қайсысы керегін ереже айтады.</p>
<h3>Жинақталған қосынды</h3>
<p><code>sum(points) OVER (ORDER BY day)</code> — басынан осы күнге дейінгі қосынды. Үнсіз келісім бойынша терезе
<code>RANGE</code> түрінде: бір күннің барлық жолдары бірге қосылады. Жолма-жол керек болса,
<code>ROWS UNBOUNDED PRECEDING</code> деп жазыңыз.</p>
"""),
            Assignment("Практика 5. Терезе функциялары", """
<p>(1) Әр пән бойынша үздік үш студент (тең бағалар бірдей орын алады). (2) Әр топтың орташа бағасы және оның
университет орташасынан айырмасы. (3) Пәннің барлық тікелей және жанама пререквизиттері. Әр сұраныстың нәтижесін
қолмен есептеп тексергеніңізді көрсетіңіз.</p>
"""),
        ),
    ),
    Week(
        "10-апта. Деректерді өзгерту және сервердегі код",
        "<p>INSERT, UPDATE, DELETE, MERGE; функциялар, триггерлер, рөлдер.</p>",
        (
            Page("Дәріс 10. Деректерді өзгерту", """
<p>Өзгерту командалары да жиынмен жұмыс істейді: бағдарламада мың рет қайталанатын циклдің орнына бір команда жазыңыз.
Бір команда — бір желі сапары, бір жоспар және бөлінбейтін нәтиже.</p>
<pre>INSERT INTO enrolment (student_id, course_id)
SELECT student_id, 10 FROM student WHERE group_id = 1
ON CONFLICT (student_id, course_id) DO NOTHING
RETURNING student_id;</pre>
<p><code>ON CONFLICT</code> команданы <em>қайталауға қауіпсіз</em> (идемпотентті) етеді: екі рет орындалса да нәтиже
бірдей. Желі үзіліп, жауап келмей қалғанда бұл — ең сенімді шешім. <code>RETURNING</code> өзгерген жолдарды бірден
қайтарады.</p>
<h3>UPDATE және DELETE</h3>
<pre>UPDATE enrolment e
SET grade = least(e.grade + 5, 100)
FROM student s
WHERE s.student_id = e.student_id AND s.group_id = 2 AND e.grade IS NOT NULL;</pre>
<p>WHERE ұмытылса, бүкіл кесте өзгереді. Әдет: алдымен сол шартпен SELECT орындап, жолдар санын қарау, содан кейін
транзакция ішінде UPDATE, санын салыстыру, тек содан соң COMMIT.</p>
<h3>Функциялар мен триггерлер</h3>
<p>Триггер — жол өзгергенде өздігінен орындалатын код. Оған жарасатын жұмыс: өзгеріс тарихын жазу, есептелетін бағанды
жаңарту. Жараспайтыны: хат жіберу (транзакция кері қайтса да хат кетіп қалады) және жасырын бизнес-ереже (оны ешкім
көрмейді).</p>
<pre>CREATE FUNCTION remember_grade() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO grade_history (student_id, course_id, old, new, at)
    VALUES (OLD.student_id, OLD.course_id, OLD.grade, NEW.grade, now());
    RETURN NEW;
END $$;
CREATE TRIGGER grade_changed AFTER UPDATE OF grade ON enrolment
FOR EACH ROW WHEN (OLD.grade IS DISTINCT FROM NEW.grade) EXECUTE FUNCTION remember_grade();</pre>
<h3>Рөлдер мен құқықтар</h3>
<p>Ең аз құқық қағидасы: есеп бағдарламасына SELECT ғана, қолданбаға кестелерді жоюға рұқсат жоқ. Жол деңгейіндегі
қауіпсіздік (<code>ROW LEVEL SECURITY</code>) әр оқытушыға тек өз пәнінің бағаларын көрсете алады.</p>
"""),
            Book("PostgreSQL: жиі қажет командалар", "<p>Қысқаша анықтамалық.</p>", (
                ("psql", """<table><tbody><tr><td><code>\\dt</code></td><td>кестелер тізімі</td></tr>
<tr><td><code>\\d student</code></td><td>кестенің құрылымы</td></tr>
<tr><td><code>\\timing</code></td><td>орындалу уақытын көрсету</td></tr>
<tr><td><code>\\i schema.sql</code></td><td>файлды орындау</td></tr></tbody></table>"""),
                ("Күн мен уақыт", """<p><code>date_trunc('week', now())</code> — аптаның басы;
<code>age(born_on)</code> — жас; <code>now() AT TIME ZONE 'Asia/Almaty'</code> — жергілікті уақыт;
<code>generate_series(date '2026-09-01', date '2026-12-20', interval '1 week')</code> — апталар тізімі.</p>"""),
                ("Мәтін", """<p><code>lower</code>, <code>trim</code>, <code>split_part(mail, '@', 2)</code>,
<code>string_agg(name, ', ' ORDER BY name)</code>, <code>regexp_replace</code>. Қазақ әліпбиімен реттеу үшін
<code>ORDER BY name COLLATE "kk-x-icu"</code> жазыңыз: әйтпесе Ә, Ғ, Қ әріптері Я-дан кейін тұрады.</p>"""),
            )),
            Label("<p><strong>Ескерту.</strong> 11-аптадан бастап зертханада әр топқа бөлек сервер беріледі. "
                  "Параметрлерін практикалық сабақта алыңыз.</p>"),
        ),
    ),
)  # fmt: skip
