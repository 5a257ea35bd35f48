"""«Деректер базасы»: the demo's course, in Kazakh."""

from polytech.integrations.moodle.sample.course import MadeUpCourse
from polytech.integrations.moodle.sample.databases_kk_design import WEEKS as DESIGN
from polytech.integrations.moodle.sample.databases_kk_inside import WEEKS as INSIDE
from polytech.integrations.moodle.sample.databases_kk_sql import WEEKS as SQL

COURSE = MadeUpCourse(
    title="Деректер базасы",
    short_title="DB-KK",
    language="kk",
    summary=(
        "<p>Курс деректер базасын жобалауды, SQL тілін және деректер базасын басқару жүйесінің ішкі құрылысын "
        "үйретеді. Курс соңында студент пәндік саланы талдап, қалыпты формадағы схема құра алады, күрделі "
        "сұраныстар жазады, индекстер мен транзакцияларды саналы түрде қолданады.</p>"
        "<p>Барлық мысалдар PostgreSQL жүйесінде тексерілген.</p>"
    ),
    weeks=(*DESIGN, *SQL, *INSIDE),
)
