-- 医疗服务项目限定频次 (quantity, day): more of an item in a day, at one institution, than can be.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, code, region, valid_from, valid_to, coalesce(params->>'group', code) AS cluster,
           pieces(CAST(params->>'max' AS DECIMAL(18, 4))) AS cap, coalesce(params->>'count', 'qty') AS counted
    FROM point WHERE rule_id = 'GZ10000102014000' AND (params->>'window') = 'day'
),
whole AS (SELECT DISTINCT code FROM rule_points WHERE code[16] = '-'),
-- Suspects: more than the cap in a day at all institutions, refunds and older versions counted in.
least_cap AS (SELECT cluster, min(cap) AS cap, bool_or(counted = 'times') AS times FROM rule_points GROUP BY cluster),
code_cluster AS (SELECT DISTINCT p.code, dense_rank() OVER (ORDER BY cluster) AS cluster_id, c.cap, times FROM rule_points p JOIN least_cap c USING (cluster)),
suspects AS MATERIALIZED (
    SELECT DISTINCT psn_no FROM (
        SELECT psn_no
        FROM (
            SELECT psn_no, CAST(fee_ocur_time AS DATE) AS day, cnt, coalesce(w.code, national_code(l.code)) AS key
            FROM (SELECT *, coalesce(nullif(med_list_codg, ''), hilist_code) AS code FROM fee_list_d) l LEFT JOIN whole w ON w.code = l.code
        ) l
        JOIN code_cluster p ON p.code = l.key
        WHERE cnt > 0
        GROUP BY psn_no, day, cluster_id
        HAVING CASE WHEN any_value(times) THEN greatest(count(*) * 10000, sum(pieces(cnt))) ELSE sum(pieces(cnt)) END > any_value(p.cap)
    )
),
-- include lines.sql
clustered AS (
    SELECT DISTINCT c.cluster, l.* FROM keyed_lines l
    JOIN (SELECT DISTINCT code, cluster FROM rule_points) c ON c.code = l.key
    WHERE l.day IS NOT NULL
),
summed AS (
    SELECT *, sum(qty) OVER w AS upto, count(*) OVER w * 10000 AS upto_times
    FROM clustered
    WINDOW w AS (PARTITION BY psn_no, newborn, cluster, org, day ORDER BY occurred, bkkp_sn ROWS UNBOUNDED PRECEDING)
),
objections AS (
    SELECT p.kp_id, l.psn_no, l.bkkp_sn, l.day, l.region,
           CASE WHEN p.counted = 'times' THEN own ELSE share(own, least(qty, upto - p.cap), qty) END AS amount
    FROM summed l JOIN rule_points p ON p.cluster = l.cluster AND p.code = l.key
    WHERE NOT l.self_paid AND CASE WHEN p.counted = 'times' THEN upto_times ELSE upto END > p.cap
      AND (p.counted = 'times' OR qty IS NOT NULL)
),
-- include result.sql
