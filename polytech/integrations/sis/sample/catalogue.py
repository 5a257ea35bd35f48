"""What the made-up university teaches: institutes, departments, programmes and disciplines in three languages."""

from typing import NamedTuple


class Words(NamedTuple):
    kk: str
    ru: str
    en: str


class Institute(NamedTuple):
    key: str
    title: Words
    departments: tuple[Words, ...]


class Programme(NamedTuple):
    code: str
    title: Words
    institute: str


class Discipline(NamedTuple):
    code: str
    title: Words
    credits: int
    institute: str


UNIVERSITY = Words("Политехникалық университет", "Политехнический университет", "Polytechnic University")

INSTITUTES = (
    Institute(
        "it",
        Words(
            "Автоматика және ақпараттық технологиялар институты",
            "Институт автоматики и информационных технологий",
            "Institute of Automation and Information Technologies",
        ),
        (
            Words("Бағдарламалық инженерия", "Программная инженерия", "Software Engineering"),
            Words("Автоматтандыру және басқару", "Автоматизация и управление", "Automation and Control"),
        ),
    ),
    Institute(
        "geo",
        Words(
            "Геология және мұнай-газ ісі институты",
            "Институт геологии и нефтегазового дела",
            "Institute of Geology and Petroleum",
        ),
        (
            Words("Мұнай инженериясы", "Нефтяная инженерия", "Petroleum Engineering"),
            Words("Геологиялық түсіру", "Геологическая съёмка", "Geological Survey"),
        ),
    ),
    Institute(
        "mine",
        Words("Тау-кен металлургия институты", "Горно-металлургический институт", "Institute of Mining and Metallurgy"),
        (
            Words("Тау-кен ісі", "Горное дело", "Mining"),
            Words("Металлургия процестері", "Металлургические процессы", "Metallurgical Processes"),
        ),
    ),
    Institute(
        "arch",
        Words(
            "Сәулет және құрылыс институты",
            "Институт архитектуры и строительства",
            "Institute of Architecture and Building",
        ),
        (
            Words("Сәулет", "Архитектура", "Architecture"),
            Words("Құрылыс материалдары", "Строительные материалы", "Building Materials"),
        ),
    ),
    Institute(
        "energy",
        Words(
            "Энергетика және машина жасау институты",
            "Институт энергетики и машиностроения",
            "Institute of Energy and Mechanical Engineering",
        ),
        (
            Words("Энергетика", "Энергетика", "Power Engineering"),
            Words("Машина жасау", "Машиностроение", "Mechanical Engineering"),
        ),
    ),
)

# fmt: off
# ruff: noqa: E501 — one line for one programme or discipline, in three languages
PROGRAMMES = (
    Programme("6B06101", Words("Информатика", "Информатика", "Computer Science"), "it"),
    Programme("6B06102", Words("Бағдарламалық инженерия", "Программная инженерия", "Software Engineering"), "it"),
    Programme("6B07101", Words("Автоматтандыру және роботтандыру", "Автоматизация и роботизация", "Automation and Robotics"), "it"),
    Programme("6B07201", Words("Мұнай инженериясы", "Нефтяная инженерия", "Petroleum Engineering"), "geo"),
    Programme("6B05201", Words("Геология", "Геология", "Geology"), "geo"),
    Programme("6B07202", Words("Тау-кен инженериясы", "Горная инженерия", "Mining Engineering"), "mine"),
    Programme("6B07203", Words("Металлургия", "Металлургия", "Metallurgy"), "mine"),
    Programme("6B07301", Words("Сәулет", "Архитектура", "Architecture"), "arch"),
    Programme("6B07302", Words("Құрылыс инженериясы", "Строительная инженерия", "Civil Engineering"), "arch"),
    Programme("6B07102", Words("Электр энергетикасы", "Электроэнергетика", "Electrical Power Engineering"), "energy"),
    Programme("7M06101", Words("Деректер туралы ғылым", "Наука о данных", "Data Science"), "it"),
    Programme("8D07201", Words("Мұнай инженериясы", "Нефтяная инженерия", "Petroleum Engineering"), "geo"),
)

DISCIPLINES = (
    Discipline("MAT1101", Words("Инженерлік математика 1", "Инженерная математика 1", "Engineering Mathematics 1"), 5, "it"),
    Discipline("CSE1201", Words("Бағдарламалау негіздері", "Основы программирования", "Foundations of Programming"), 5, "it"),
    Discipline("CSE2101", Words("Деректер базасы", "Базы данных", "Databases"), 5, "it"),
    Discipline("LNG1101", Words("Ағылшын тілі", "Английский язык", "English"), 5, "it"),
    Discipline("HUM1101", Words("Қазақстан тарихы", "История Казахстана", "History of Kazakhstan"), 5, "it"),
    Discipline("PHY1101", Words("Физика 1", "Физика 1", "Physics 1"), 5, "energy"),
    Discipline("MAT1102", Words("Инженерлік математика 2", "Инженерная математика 2", "Engineering Mathematics 2"), 5, "it"),
    Discipline("CSE2102", Words("Алгоритмдер және деректер құрылымы", "Алгоритмы и структуры данных", "Algorithms and Data Structures"), 6, "it"),
    Discipline("CSE2201", Words("Операциялық жүйелер", "Операционные системы", "Operating Systems"), 5, "it"),
    Discipline("CSE2202", Words("Компьютерлік желілер", "Компьютерные сети", "Computer Networks"), 5, "it"),
    Discipline("CSE3101", Words("Машиналық оқыту", "Машинное обучение", "Machine Learning"), 5, "it"),
    Discipline("CSE3102", Words("Ақпараттық қауіпсіздік", "Информационная безопасность", "Information Security"), 5, "it"),
    Discipline("AUT2101", Words("Автоматты басқару теориясы", "Теория автоматического управления", "Control Theory"), 5, "it"),
    Discipline("AUT3101", Words("Робототехника", "Робототехника", "Robotics"), 5, "it"),
    Discipline("PHY1102", Words("Физика 2", "Физика 2", "Physics 2"), 5, "energy"),
    Discipline("ELE2101", Words("Электротехника негіздері", "Основы электротехники", "Electrical Engineering"), 5, "energy"),
    Discipline("ELE3101", Words("Электр станциялары", "Электрические станции", "Power Plants"), 5, "energy"),
    Discipline("ELE3102", Words("Жаңартылатын энергия көздері", "Возобновляемые источники энергии", "Renewable Energy"), 4, "energy"),
    Discipline("MEC2101", Words("Теориялық механика", "Теоретическая механика", "Theoretical Mechanics"), 5, "energy"),
    Discipline("MEC2102", Words("Материалдар кедергісі", "Сопротивление материалов", "Strength of Materials"), 5, "energy"),
    Discipline("MEC3101", Words("Машина бөлшектері", "Детали машин", "Machine Elements"), 5, "energy"),
    Discipline("GRA1101", Words("Инженерлік графика", "Инженерная графика", "Engineering Graphics"), 4, "arch"),
    Discipline("CHE1101", Words("Химия", "Химия", "Chemistry"), 5, "mine"),
    Discipline("GEO1101", Words("Жалпы геология", "Общая геология", "General Geology"), 5, "geo"),
    Discipline("GEO2101", Words("Минералогия", "Минералогия", "Mineralogy"), 5, "geo"),
    Discipline("GEO3101", Words("Гидрогеология", "Гидрогеология", "Hydrogeology"), 5, "geo"),
    Discipline("PET2101", Words("Мұнай-газ ісінің негіздері", "Основы нефтегазового дела", "Petroleum Engineering Basics"), 5, "geo"),
    Discipline("PET3101", Words("Ұңғымаларды бұрғылау", "Бурение скважин", "Well Drilling"), 6, "geo"),
    Discipline("PET3102", Words("Қабат физикасы", "Физика пласта", "Reservoir Physics"), 5, "geo"),
    Discipline("MIN2101", Words("Тау-кен ісінің негіздері", "Основы горного дела", "Mining Basics"), 5, "mine"),
    Discipline("MIN3101", Words("Ашық тау-кен жұмыстары", "Открытые горные работы", "Surface Mining"), 5, "mine"),
    Discipline("MIN3102", Words("Маркшейдерия", "Маркшейдерия", "Mine Surveying"), 5, "mine"),
    Discipline("MET2101", Words("Металлургия теориясы", "Теория металлургических процессов", "Theory of Metallurgy"), 5, "mine"),
    Discipline("MET3101", Words("Түсті металдар металлургиясы", "Металлургия цветных металлов", "Non-Ferrous Metallurgy"), 6, "mine"),
    Discipline("ARC1101", Words("Сәулет тарихы", "История архитектуры", "History of Architecture"), 4, "arch"),
    Discipline("ARC2101", Words("Сәулеттік жобалау", "Архитектурное проектирование", "Architectural Design"), 6, "arch"),
    Discipline("CIV2101", Words("Құрылыс материалдары", "Строительные материалы", "Building Materials"), 5, "arch"),
    Discipline("CIV3101", Words("Темірбетон конструкциялары", "Железобетонные конструкции", "Reinforced Concrete"), 5, "arch"),
    Discipline("CIV3102", Words("Геодезия", "Геодезия", "Geodesy"), 4, "arch"),
    Discipline("ECO1101", Words("Экология және тұрақты даму", "Экология и устойчивое развитие", "Ecology and Sustainability"), 3, "mine"),
    Discipline("SAF1101", Words("Еңбекті қорғау", "Охрана труда", "Occupational Safety"), 3, "mine"),
    Discipline("MNG1101", Words("Жобаларды басқару", "Управление проектами", "Project Management"), 4, "arch"),
    Discipline("PHI2101", Words("Философия", "Философия", "Philosophy"), 5, "it"),
    Discipline("LNG1102", Words("Қазақ тілі", "Казахский язык", "Kazakh"), 5, "it"),
)

# fmt: on

# One pattern of outcomes for every discipline: what it is called there stands in place of {}.
OUTCOMES = (
    Words(
        "«{}» пәнінің негізгі ұғымдары мен әдістерін түсіндіреді",
        "объясняет основные понятия и методы дисциплины «{}»",
        "explains the main notions and methods of {}",
    ),
    Words(
        "типтік есептерді шешеді және нәтижесін тексереді",
        "решает типовые задачи и проверяет результат",
        "solves typical problems and checks the result",
    ),
    Words(
        "инженерлік міндетке сай әдісті таңдап, таңдауын негіздейді",
        "выбирает метод для инженерной задачи и обосновывает выбор",
        "chooses a method for an engineering task and gives reasons",
    ),
)
