-- 医疗服务项目周期超频次 (quantity, rolling): an item again before its period has passed.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, code, region, valid_from, valid_to, coalesce(params->>'group', code) AS cluster,
           pieces(CAST(params->>'max' AS DECIMAL(18, 4))) AS cap, CAST(params->>'days' AS INT) AS days,
           coalesce(params->>'count', 'qty') = 'times' AS times
    FROM point WHERE rule_id = 'BD2025031' AND (params->>'window') = 'rolling'
),
whole AS (SELECT DISTINCT code FROM rule_points WHERE code[16] = '-'),
code_cluster AS (
    SELECT p.code, cluster, w.cap, w.days
    FROM rule_points p JOIN (SELECT cluster, min(cap) AS cap, max(days) AS days FROM rule_points GROUP BY cluster) w USING (cluster)
    GROUP BY ALL
),
-- Suspects: a second use within the longest period, or more than the cap at once.
suspects AS MATERIALIZED (
    SELECT DISTINCT psn_no FROM (
        SELECT psn_no, cnt, cap, days, day - lag(day) OVER (PARTITION BY psn_no, cluster ORDER BY day) AS gap
        FROM (
            SELECT psn_no, CAST(fee_ocur_time AS DATE) AS day, pieces(cnt) AS cnt, coalesce(w.code, national_code(l.code)) AS key
            FROM (SELECT *, coalesce(nullif(med_list_codg, ''), hilist_code) AS code FROM fee_list_d WHERE cnt > 0) l LEFT JOIN whole w ON w.code = l.code
        ) l
        JOIN code_cluster p ON p.code = l.key
    ) WHERE gap < days OR cnt > cap
),
-- include lines.sql
variant AS (SELECT DISTINCT cluster, cap, days, times FROM rule_points),
numbered AS MATERIALIZED (
    SELECT l.*, v.*, CASE WHEN times THEN 10000 ELSE qty END AS q,
           row_number() OVER (PARTITION BY psn_no, newborn, v.cluster, cap, days, times ORDER BY occurred, bkkp_sn) AS n
    FROM (
        SELECT DISTINCT c.cluster AS of_cluster, l.* FROM keyed_lines l
        JOIN (SELECT DISTINCT code, cluster FROM rule_points) c ON c.code = l.key
        WHERE l.day IS NOT NULL
    ) l JOIN variant v ON v.cluster = l.of_cluster
    WHERE times OR qty IS NOT NULL
),
-- A line that is objected to is no base for the next: line by line.
walk AS (
    SELECT psn_no, newborn, cluster, cap, days, times, n, q,
           CASE WHEN q <= cap THEN q WHEN times THEN 0 ELSE cap END AS kept,
           [{'day': day, 'q': CASE WHEN q <= cap THEN q WHEN times THEN 0 ELSE cap END}] AS bases
    FROM numbered WHERE n = 1
    UNION ALL
    SELECT psn_no, newborn, cluster, cap, days, times, n, q, kept, list_append(open, {'day': day, 'q': kept})
    FROM (
        SELECT *, CASE WHEN q <= room THEN q WHEN times THEN 0 ELSE room END AS kept
        FROM (
            SELECT m.*, list_filter(w.bases, lambda b: m.day - b.day < m.days) AS open,
                   greatest(0, m.cap - coalesce(list_sum(list_transform(list_filter(w.bases, lambda b: m.day - b.day < m.days), lambda b: b.q)), 0)) AS room
            FROM walk w JOIN numbered m ON m.psn_no = w.psn_no AND m.newborn = w.newborn AND m.cluster = w.cluster
                AND m.cap = w.cap AND m.days = w.days AND m.times = w.times AND m.n = w.n + 1
        )
    )
),
objections AS (
    SELECT p.kp_id, l.psn_no, l.bkkp_sn, l.day, l.region,
           CASE WHEN l.times OR w.kept = 0 THEN own ELSE share(own, w.q - w.kept, w.q) END AS amount
    FROM walk w JOIN numbered l USING (psn_no, newborn, cluster, cap, days, times, n)
    JOIN rule_points p ON p.cluster = l.cluster AND p.cap = l.cap AND p.days = l.days AND p.times = l.times
                      AND p.code = l.key
    WHERE w.kept < w.q AND NOT l.self_paid
),
-- include result.sql
