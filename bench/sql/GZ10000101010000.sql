-- 药品限支付疗程 (duration): a drug on more days than its course.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, code, region, valid_from, valid_to, coalesce(params->>'group', code) AS cluster,
           (params->>'mode') AS mode, CAST(params->>'max_days' AS INT) AS max_days
    FROM point WHERE rule_id = 'GZ10000101010000'
),
whole AS (SELECT DISTINCT code FROM rule_points WHERE code[16] = '-'),
code_cluster AS (
    SELECT DISTINCT p.code, dense_rank() OVER (ORDER BY cluster) AS cluster_id, w.mode, w.max_days
    FROM rule_points p JOIN (SELECT cluster, mode, min(max_days) AS max_days FROM rule_points GROUP BY ALL) w USING (cluster)
),
-- Suspects: more lines than the course has days, refunds and older versions counted in.
suspects AS MATERIALIZED (
    SELECT DISTINCT psn_no FROM (
        SELECT psn_no
        FROM (
            SELECT psn_no, CAST(fee_ocur_time AS DATE) AS day, mdtrt_id, coalesce(w.code, national_code(l.code)) AS key
            FROM (SELECT *, coalesce(nullif(med_list_codg, ''), hilist_code) AS code FROM fee_list_d) l LEFT JOIN whole w ON w.code = l.code
        ) l
        JOIN code_cluster p ON p.code = l.key
        GROUP BY psn_no, cluster_id, mode, CASE mode WHEN 'per_visit' THEN mdtrt_id WHEN 'span' THEN '' ELSE CAST(year(day) AS VARCHAR) END
        HAVING CASE WHEN mode = 'span' THEN max(day) - min(day) + 1 ELSE count(*) END > any_value(max_days)
    )
),
-- include lines.sql
variant AS (SELECT DISTINCT cluster, mode, max_days FROM rule_points),
numbered AS (
    SELECT l.*, v.*,
           CASE mode WHEN 'span' THEN day - min(day) OVER (PARTITION BY psn_no, newborn, v.cluster, mode, max_days) + 1
                     WHEN 'per_visit' THEN dense_rank() OVER (PARTITION BY psn_no, newborn, v.cluster, mode, max_days, mdtrt_id ORDER BY day)
                     ELSE dense_rank() OVER (PARTITION BY psn_no, newborn, v.cluster, mode, max_days, year(day) ORDER BY day) END AS number
    FROM (
        SELECT DISTINCT c.cluster AS of_cluster, l.* FROM keyed_lines l
        JOIN (SELECT DISTINCT code, cluster FROM rule_points) c ON c.code = l.key
        WHERE l.day IS NOT NULL
    ) l JOIN variant v ON v.cluster = l.of_cluster
),
objections AS (
    SELECT p.kp_id, l.psn_no, l.bkkp_sn, l.day, l.region, l.own AS amount
    FROM numbered l
    JOIN rule_points p ON p.cluster = l.cluster AND p.mode = l.mode AND p.max_days = l.max_days
                      AND p.code = l.key
    WHERE l.number > l.max_days AND NOT l.self_paid
),
-- include result.sql
