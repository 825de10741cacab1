-- 医疗服务项目周期超频次 (quantity, rolling): an item again before its period has passed.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, code, region, valid_from, valid_to, coalesce(params->>'group', code) AS cluster,
           pieces(CAST(params->>'max' AS DECIMAL(18, 4))) AS cap, CAST(params->>'days' AS INT) AS days,
           coalesce(params->>'count', 'qty') = 'times' AS times
    FROM point WHERE rule_id = 'BD2025031' AND (params->>'window') = 'rolling'
),
whole AS (SELECT DISTINCT code FROM rule_points WHERE code[16] = '-'),
code_cluster AS (
    SELECT p.code, cluster, w.cap, w.days, w.times
    FROM rule_points p JOIN (SELECT cluster, min(cap) AS cap, max(days) AS days, bool_or(times) AS times FROM rule_points GROUP BY cluster) w USING (cluster)
    GROUP BY ALL
),
-- Suspects: more than the cap in the days before a use, refunds and older versions counted in.
suspect_uses AS MATERIALIZED (
    SELECT DISTINCT psn_no, cluster FROM (
        SELECT psn_no, cluster, cap, sum(q) OVER (PARTITION BY psn_no, cluster ORDER BY day RANGE BETWEEN days - 1 PRECEDING AND CURRENT ROW) AS total
        FROM (
            SELECT l.psn_no, p.*, l.day, CASE WHEN p.times THEN greatest(10000, l.cnt) ELSE l.cnt END AS q
            FROM (
                SELECT psn_no, CAST(fee_ocur_time AS DATE) - DATE '1970-01-01' AS day, pieces(cnt) AS cnt, coalesce(w.code, national_code(l.code)) AS key
                FROM (SELECT *, coalesce(nullif(med_list_codg, ''), hilist_code) AS code FROM fee_list_d WHERE cnt > 0) l LEFT JOIN whole w ON w.code = l.code
            ) l
            JOIN code_cluster p ON p.code = l.key
        )
    ) WHERE total > cap
),
suspects AS MATERIALIZED (SELECT DISTINCT psn_no FROM suspect_uses),
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
    WHERE (times OR qty IS NOT NULL) AND (l.psn_no, v.cluster) IN (SELECT (psn_no, cluster) FROM suspect_uses)
),
-- A line that is objected to is no base for the next. Where uses are counted: from
-- base to base; a line is one as soon as the base before the last cap's has left the period.
steps AS MATERIALIZED (
    SELECT l.psn_no, l.newborn, l.cluster, l.cap, l.days, l.n, m.n AS past -- the first line after l's period
    FROM numbered l ASOF LEFT JOIN numbered m
        ON m.psn_no = l.psn_no AND m.newborn = l.newborn AND m.cluster = l.cluster AND m.cap = l.cap AND m.days = l.days AND m.times
           AND 100000000 * (l.day + l.days - DATE '1970-01-01') <= 100000000 * (m.day - DATE '1970-01-01') + m.n
    WHERE l.times AND l.cap >= 10000
),
bases AS (
    SELECT psn_no, newborn, cluster, cap, days, n, [past] AS open FROM steps WHERE n = 1
    UNION ALL
    SELECT m.psn_no, m.newborn, m.cluster, m.cap, m.days, m.n,
           list_append(CASE WHEN len(open) >= m.cap // 10000 THEN open[2:] ELSE open END, m.past)
    FROM bases b JOIN steps m ON m.psn_no = b.psn_no AND m.newborn = b.newborn AND m.cluster = b.cluster AND m.cap = b.cap
        AND m.days = b.days AND m.n = CASE WHEN len(open) < b.cap // 10000 THEN b.n + 1
                                           WHEN open[1] IS NOT NULL THEN greatest(b.n + 1, open[1]) END
),
-- Where quantities are counted: line by line.
walk AS (
    SELECT psn_no, newborn, cluster, cap, days, n, q, least(q, cap) AS kept, [{'day': day, 'q': least(q, cap)}] AS bases
    FROM numbered WHERE n = 1 AND NOT times
    UNION ALL
    SELECT psn_no, newborn, cluster, cap, days, n, q, least(q, room), list_append(still, {'day': day, 'q': least(q, room)})
    FROM (
        SELECT m.*, list_filter(w.bases, lambda b: m.day - b.day < m.days) AS still,
               greatest(0, m.cap - coalesce(list_sum(list_transform(list_filter(w.bases, lambda b: m.day - b.day < m.days), lambda b: b.q)), 0)) AS room
        FROM walk w JOIN numbered m ON m.psn_no = w.psn_no AND m.newborn = w.newborn AND m.cluster = w.cluster
            AND m.cap = w.cap AND m.days = w.days AND NOT m.times AND m.n = w.n + 1
    )
),
kept AS (
    SELECT psn_no, newborn, cluster, cap, days, n, true AS times, 10000 AS kept FROM bases
    UNION ALL
    SELECT psn_no, newborn, cluster, cap, days, n, false, kept FROM walk
),
objections AS (
    SELECT p.kp_id, l.psn_no, l.bkkp_sn, l.day, l.region,
           CASE WHEN l.times OR coalesce(k.kept, 0) = 0 THEN own ELSE share(own, l.q - k.kept, l.q) END AS amount
    FROM numbered l LEFT JOIN kept k USING (psn_no, newborn, cluster, cap, days, times, n)
    JOIN rule_points p ON p.cluster = l.cluster AND p.cap = l.cap AND p.days = l.days AND p.times = l.times
                      AND p.code = l.key
    WHERE coalesce(k.kept, 0) < l.q AND NOT l.self_paid
),
-- include result.sql
