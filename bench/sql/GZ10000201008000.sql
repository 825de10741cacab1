-- 计费日期与住院时间不符 (integrity, outside_stay): a line of a stay dated outside it.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, coalesce(code, '') AS code, region, valid_from, valid_to, coalesce(CAST(params->>'grace_days' AS INT), 0) AS grace
    FROM point WHERE rule_id = 'GZ10000201008000' AND (params->>'check') = 'outside_stay'
),
whole AS (SELECT DISTINCT code FROM rule_points WHERE code[16] = '-'),
-- Suspects: a line outside what some version of its visit states.
suspects AS MATERIALIZED (
    SELECT DISTINCT l.psn_no
    FROM (SELECT psn_no, mdtrt_id, fee_ocur_time FROM fee_list_d) l
    JOIN (
        SELECT mdtrt_id, max(CAST(begntime AS DATE)) AS first_day, min(CAST(endtime AS DATE)) + 1 AS after_last
        FROM mdtrt_d WHERE med_type LIKE '2%' OR med_type LIKE '52%' OR coalesce(med_type, '') = '' GROUP BY mdtrt_id
    ) v USING (mdtrt_id)
    WHERE fee_ocur_time < first_day OR fee_ocur_time >= after_last
),
-- include lines.sql
objections AS (
    SELECT p.kp_id, l.psn_no, l.bkkp_sn, l.day, l.region, l.own AS amount
    FROM keyed_lines l JOIN rule_points p ON p.code = '' OR p.code = l.key
    WHERE (l.med_type LIKE '2%' OR l.med_type LIKE '52%') AND l.first_day IS NOT NULL AND NOT l.self_paid
      AND l.dscg_tkdrug_flag IS DISTINCT FROM '1'
      AND (l.day < l.first_day - p.grace OR l.day > l.last_day + p.grace)
),
-- include result.sql
