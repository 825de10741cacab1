-- 医疗服务项目重复收费 (conflict): other_code beside code, whose content includes it.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, code, other_code, region, valid_from, valid_to, (params->>'window') AS span,
           pieces(CAST(params->>'free_qty' AS DECIMAL(18, 4))) AS free_qty
    FROM point WHERE rule_id = 'GZ10000102012000'
),
uses AS MATERIALIZED (
    SELECT code, kp_id, span, false AS other FROM rule_points
    UNION ALL
    SELECT other_code, kp_id, span, true FROM rule_points WHERE other_code <> code
),
whole AS (SELECT DISTINCT code FROM uses WHERE code[16] = '-'),
-- Suspects: both codes in one visit or on one day, or, for windows of hours, on days that touch.
seen AS (
    SELECT psn_no, mdtrt_id, fee_ocur_time AS occurred, kp_id, span, other
    FROM (
            SELECT psn_no, mdtrt_id, fee_ocur_time, coalesce(w.code, national_code(l.code)) AS key
            FROM (SELECT *, coalesce(nullif(med_list_codg, ''), hilist_code) AS code FROM fee_list_d) l LEFT JOIN whole w ON w.code = l.code
        ) l
    JOIN uses u ON u.code = l.key
),
suspects AS MATERIALIZED (
    SELECT DISTINCT psn_no FROM (
        SELECT psn_no FROM (
            SELECT psn_no, kp_id, other, CASE WHEN span = 'visit' THEN mdtrt_id ELSE CAST(CAST(occurred AS DATE) AS VARCHAR) END AS place
            FROM seen WHERE span IN ('visit', 'day') OR other
            UNION ALL
            SELECT psn_no, kp_id, other, CAST(CAST(occurred + near AS DATE) AS VARCHAR)
            FROM seen, (VALUES (INTERVAL (-6) HOUR), (INTERVAL 6 HOUR)) t(near) WHERE span NOT IN ('visit', 'day') AND NOT other
        ) GROUP BY psn_no, kp_id, place HAVING bool_or(other) AND NOT bool_and(other)
    )
),
-- include lines.sql
sides AS MATERIALIZED (
    SELECT p.kp_id, p.span, p.free_qty, u.other, l.*,
           (p.valid_from IS NULL OR p.valid_from <= l.day) AND (p.valid_to IS NULL OR p.valid_to >= l.day) AND within(l.region, p.region)
           AND NOT EXISTS (FROM point q WHERE q.supersedes = p.kp_id AND (q.valid_from IS NULL OR q.valid_from <= l.day) AND within(l.region, q.region)) AS applies
    FROM keyed_lines l
    JOIN uses u ON u.code = l.key
    JOIN rule_points p USING (kp_id)
),
-- What stands together: other lines with the quantity that code lines in their window include.
pairs AS (
    SELECT o.kp_id, o.psn_no, o.bkkp_sn, o.day, o.region, o.own, o.qty, o.self_paid, o.free_qty, o.occurred,
           sum(coalesce(o.free_qty * c.qty // 10000, 0)) AS included,
           CASE WHEN o.span = 'visit' THEN o.mdtrt_id ELSE concat(o.org, o.day, o.newborn) END AS place
    FROM sides o JOIN sides c ON c.psn_no = o.psn_no AND c.kp_id = o.kp_id AND c.newborn = o.newborn AND o.other AND NOT c.other AND o.applies
    WHERE CASE o.span WHEN 'visit' THEN c.mdtrt_id = o.mdtrt_id
                      WHEN 'day' THEN c.org = o.org AND c.day = o.day
                      ELSE c.org = o.org AND c.clocked AND o.clocked
                           AND abs(epoch(c.occurred) - epoch(o.occurred)) <= CASE o.span WHEN 'hour' THEN 3600 ELSE 21600 END END
    GROUP BY ALL
),
summed AS (
    SELECT *, sum(qty) OVER (PARTITION BY psn_no, kp_id, place ORDER BY occurred, bkkp_sn ROWS UNBOUNDED PRECEDING) - included AS beyond
    FROM pairs
),
objections AS (
    SELECT kp_id, psn_no, bkkp_sn, day, region, CASE WHEN free_qty IS NULL OR qty IS NULL THEN own ELSE share(own, least(qty, beyond), qty) END AS amount
    FROM summed WHERE NOT self_paid AND (free_qty IS NULL OR qty IS NULL OR beyond > 0)
),
-- include result.sql
