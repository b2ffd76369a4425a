-- The history as SQL: duckdb -init history.sql, run in the folder of the catalogue.
-- workouts, measures and muscles are the tables; the views below are what the page shows. NULL = not known.
CREATE OR REPLACE VIEW workouts AS FROM read_parquet('workouts.parquet');
CREATE OR REPLACE VIEW measures AS FROM read_parquet('measures.parquet');
CREATE OR REPLACE VIEW muscles AS FROM read_parquet('muscles.parquet');

-- session-RPE load: RPE (0-10) x minutes. Of two units worn at once (begun within 30 minutes) the right one counts.
CREATE OR REPLACE VIEW sessions AS
SELECT athlete, day, began, duration_s / 60 AS minutes, rpe, rpe * duration_s / 60 AS load
FROM workouts w WHERE day IS NOT NULL AND NOT (side = 'left' AND EXISTS (
  SELECT 1 FROM workouts o WHERE o.side = 'right' AND o.athlete = w.athlete AND o.day = w.day
  AND abs(epoch(o.began::TIMESTAMPTZ) - epoch(w.began::TIMESTAMPTZ)) <= 1800));

-- a day's load is known when each of its sessions has an RPE; a day without a session has the load 0
CREATE OR REPLACE VIEW daily_load AS
WITH days AS (
  SELECT athlete, unnest(generate_series(min(day::DATE), max(day::DATE), INTERVAL 1 DAY))::DATE AS day FROM sessions GROUP BY athlete
)
SELECT d.athlete, d.day, count(s.day) AS sessions,
       CASE WHEN count(s.day) = 0 THEN 0 WHEN count(s.day) = count(s.load) THEN sum(s.load) END AS load
FROM days d LEFT JOIN sessions s ON s.athlete = d.athlete AND s.day::DATE = d.day GROUP BY d.athlete, d.day;

-- seven days that end with `day`: monotony = mean / SD of the daily load, strain = load x monotony
CREATE OR REPLACE VIEW weekly_load AS
SELECT athlete, day, sessions, load, mean / nullif(deviation, 0) AS monotony, load * mean / nullif(deviation, 0) AS strain
FROM (
  SELECT athlete, day, sum(sessions) OVER week AS sessions, count(*) OVER week AS days, count(load) OVER week AS known,
         CASE WHEN count(load) OVER week = 7 THEN sum(load) OVER week END AS load,
         CASE WHEN count(load) OVER week = 7 THEN avg(load) OVER week END AS mean,
         CASE WHEN count(load) OVER week = 7 THEN stddev_samp(load) OVER week END AS deviation
  FROM daily_load
  WINDOW week AS (PARTITION BY athlete ORDER BY day ROWS 6 PRECEDING)
);

-- the last twelve weeks, each ending on the weekday of the last session; untold: sessions without RPE
CREATE OR REPLACE VIEW last_weeks AS
SELECT w.*, (SELECT count(*) FROM sessions s WHERE s.athlete = w.athlete AND s.load IS NULL
             AND s.day::DATE BETWEEN w.day - 6 AND w.day) AS untold
FROM (SELECT *, max(day) OVER (PARTITION BY athlete) - day AS ago FROM weekly_load) w
WHERE ago < 84 AND ago % 7 = 0;

-- EMG load of a week per muscle: the sum of its workouts' loads (% MVC x seconds in sets) over seven days that end with
-- the last session, known when every workout in them has one
CREATE OR REPLACE VIEW weekly_emg_load AS
WITH last AS (SELECT athlete, max(day::DATE) AS day FROM workouts WHERE day IS NOT NULL GROUP BY athlete),
     each AS (
  SELECT w.athlete, w.side, m.site, l.day - (((l.day - w.day::DATE) // 7) * 7)::INTEGER AS day, m.load, m.hard_s
  FROM muscles m JOIN workouts w USING (file) JOIN last l ON l.athlete = w.athlete WHERE w.day IS NOT NULL
)
SELECT athlete, side, site, day, count(*) AS workouts, CASE WHEN count(load) = count(*) THEN sum(load) END AS load,
       CASE WHEN count(load) = count(*) THEN sum(hard_s) END AS hard_s
FROM each GROUP BY ALL;

-- first three workouts against the latest three; the SDD95 is that of single workouts, so the verdict is cautious
CREATE OR REPLACE VIEW progress AS
WITH ranked AS (
  SELECT w.athlete, w.side, m.exercise, m.name, m.unit, m.value, m.sdd95, w.began,
         row_number() OVER (PARTITION BY w.athlete, w.side, m.exercise, m.name ORDER BY w.began) AS first,
         row_number() OVER (PARTITION BY w.athlete, w.side, m.exercise, m.name ORDER BY w.began DESC) AS last
  FROM measures m JOIN workouts w USING (file) WHERE m.value IS NOT NULL AND w.began IS NOT NULL
)
SELECT athlete, side, exercise, name, unit, count(*) AS workouts, avg(value) FILTER (first <= 3) AS begun,
       avg(value) FILTER (last <= 3) AS latest, avg(value) FILTER (last <= 3) - avg(value) FILTER (first <= 3) AS change,
       max(sdd95) FILTER (first <= 3) AS sdd95,
       CASE WHEN count(*) < 6 THEN 'too few workouts (six are needed)'
            WHEN max(sdd95) FILTER (first <= 3) IS NULL THEN 'measurement error not known'
            WHEN abs(avg(value) FILTER (last <= 3) - avg(value) FILTER (first <= 3)) > max(sdd95) FILTER (first <= 3)
            THEN 'beyond the measurement error' ELSE 'within the measurement error' END AS verdict
FROM ranked GROUP BY athlete, side, exercise, name, unit;

-- a muscle was loaded hard: at least 10 s above 60 % MVC in one workout
CREATE OR REPLACE VIEW days_since_hard AS
SELECT w.athlete, m.site, w.side, max(w.day::DATE) FILTER (m.hard_s >= 10) AS last_hard,
       (SELECT max(day::DATE) FROM workouts) - max(w.day::DATE) FILTER (m.hard_s >= 10) AS days,
       count(*) FILTER (m.load IS NULL) AS workouts_not_known
FROM muscles m JOIN workouts w USING (file) WHERE w.day IS NOT NULL GROUP BY w.athlete, m.site, w.side;

-- two units: the same exercise on both sides, begun within 30 minutes; (1 - |L - R| / (L + R)) x 100
CREATE OR REPLACE VIEW symmetry AS
WITH sides AS MATERIALIZED (
  SELECT athlete, day, side, file, epoch(began::TIMESTAMPTZ) AS began FROM workouts WHERE side IN ('left', 'right')
), together AS MATERIALIZED (
  SELECT l.athlete, l.day, l.file AS left_file, r.file AS right_file
  FROM sides l JOIN sides r ON l.side = 'left' AND r.side = 'right' AND l.athlete = r.athlete AND l.day = r.day
       AND abs(l.began - r.began) <= 1800
), known AS MATERIALIZED (SELECT file, exercise, name, unit, value FROM measures WHERE value >= 0 AND name NOT IN ('without fault', 'sets') AND name NOT LIKE 'trunk %')
SELECT b.athlete, b.day, lm.exercise, lm.name, lm.unit, lm.value AS left_value, rm.value AS right_value,
       100 * (1 - abs(lm.value - rm.value) / nullif(lm.value + rm.value, 0)) AS symmetry
FROM together b JOIN known lm ON lm.file = b.left_file
     JOIN known rm ON rm.file = b.right_file AND rm.exercise = lm.exercise AND rm.name = lm.name;
