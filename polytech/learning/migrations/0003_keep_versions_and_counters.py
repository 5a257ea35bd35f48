"""Course.version, Course.countable and Progress are kept by triggers: bulk writes and COPY cannot forget them.

All are statement-level, so a bulk insert of a thousand elements costs one update of its course.
"""

from django.db import migrations

FUNCTIONS = """
-- In this and in learning_refresh_progress the first statement locks and the second counts: a statement sees what was
-- committed when it began, so counting must begin after the wait for another writer, not before.
CREATE FUNCTION learning_bump(course_ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM learning_course WHERE id = ANY (course_ids) ORDER BY id FOR NO KEY UPDATE;
    UPDATE learning_course course
       SET version = course.version + 1,
           countable = (SELECT count(*)
                          FROM learning_element element
                          JOIN learning_section section ON section.id = element.section_id AND section.visible
                         WHERE element.course_id = course.id AND element.visible AND element.kind <> 'label')
     WHERE course.id = ANY (course_ids);
END $$;

CREATE FUNCTION learning_contents_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_bump(ARRAY(SELECT DISTINCT course_id FROM new_rows));
    RETURN NULL;
END $$;

CREATE FUNCTION learning_contents_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_bump(ARRAY(SELECT DISTINCT course_id FROM old_rows));
    RETURN NULL;
END $$;

CREATE FUNCTION learning_contents_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_bump(ARRAY(SELECT course_id FROM old_rows UNION SELECT course_id FROM new_rows));
    RETURN NULL;
END $$;

-- A model instance saved with stale counters must not turn them back: only learning_bump raises the version.
CREATE FUNCTION learning_course_saved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <= OLD.version THEN
        NEW.version := OLD.version;
        NEW.countable := OLD.countable;
        IF (NEW.title, NEW.summary_html, NEW.language, NEW.discipline_id, NEW.published)
           IS DISTINCT FROM (OLD.title, OLD.summary_html, OLD.language, OLD.discipline_id, OLD.published) THEN
            NEW.version := OLD.version + 1;
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION learning_refresh_progress(people bigint[], course_ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO learning_progress (person_id, course_id, version, done)
    SELECT DISTINCT given.person_id, given.course_id, 0, 0
      FROM unnest(people, course_ids) AS given (person_id, course_id)
     ORDER BY given.person_id, given.course_id
        ON CONFLICT (person_id, course_id) DO UPDATE SET version = 0;
    UPDATE learning_progress progress
       SET version = course.version, done = counted.done, next_element_id = counted.next_element_id
      FROM (SELECT DISTINCT * FROM unnest(people, course_ids) AS given (person_id, course_id)) pair
      JOIN learning_course course ON course.id = pair.course_id
      CROSS JOIN LATERAL (
          SELECT count(completion.id) AS done,
                 (array_agg(element.id ORDER BY section.position, element.position)
                      FILTER (WHERE completion.id IS NULL))[1] AS next_element_id
            FROM learning_element element
            JOIN learning_section section ON section.id = element.section_id AND section.visible
            LEFT JOIN learning_completion completion
              ON completion.element_id = element.id AND completion.person_id = pair.person_id
           WHERE element.course_id = course.id AND element.visible AND element.kind <> 'label') counted
     WHERE progress.person_id = pair.person_id AND progress.course_id = pair.course_id;
END $$;

CREATE FUNCTION learning_completed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM learning_refresh_progress(array_agg(person_id), array_agg(course_id)) FROM changed_rows;
    RETURN NULL;
END $$;

-- Without a summary readers compute from the completions. (Writing one here would outlive a deleted person or course.)
CREATE FUNCTION learning_uncompleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM learning_progress progress USING old_rows
     WHERE progress.person_id = old_rows.person_id AND progress.course_id = old_rows.course_id;
    RETURN NULL;
END $$;

CREATE TRIGGER element_added AFTER INSERT ON learning_element
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learning_contents_added();
CREATE TRIGGER element_removed AFTER DELETE ON learning_element
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION learning_contents_removed();
CREATE TRIGGER element_changed AFTER UPDATE ON learning_element
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION learning_contents_changed();
CREATE TRIGGER section_added AFTER INSERT ON learning_section
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION learning_contents_added();
CREATE TRIGGER section_removed AFTER DELETE ON learning_section
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION learning_contents_removed();
CREATE TRIGGER section_changed AFTER UPDATE ON learning_section
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION learning_contents_changed();
CREATE TRIGGER course_saved BEFORE UPDATE ON learning_course
    FOR EACH ROW EXECUTE FUNCTION learning_course_saved();
CREATE TRIGGER completion_added AFTER INSERT ON learning_completion
    REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION learning_completed();
CREATE TRIGGER completion_removed AFTER DELETE ON learning_completion
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION learning_uncompleted();

SELECT learning_bump(ARRAY(SELECT id FROM learning_course));
"""

BACK = """
DROP TRIGGER completion_removed ON learning_completion;
DROP TRIGGER completion_added ON learning_completion;
DROP TRIGGER course_saved ON learning_course;
DROP TRIGGER section_changed ON learning_section;
DROP TRIGGER section_removed ON learning_section;
DROP TRIGGER section_added ON learning_section;
DROP TRIGGER element_changed ON learning_element;
DROP TRIGGER element_removed ON learning_element;
DROP TRIGGER element_added ON learning_element;
DROP FUNCTION learning_uncompleted;
DROP FUNCTION learning_completed;
DROP FUNCTION learning_refresh_progress;
DROP FUNCTION learning_course_saved;
DROP FUNCTION learning_contents_changed;
DROP FUNCTION learning_contents_removed;
DROP FUNCTION learning_contents_added;
DROP FUNCTION learning_bump;
"""


class Migration(migrations.Migration):
    dependencies = [("learning", "0002_counters_and_gaps")]
    operations = [migrations.RunSQL(FUNCTIONS, BACK)]
