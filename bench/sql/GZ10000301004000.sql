-- 药品区分性别使用 (attribute): a drug for one sex given to a person of the other.
WITH RECURSIVE rule_points AS MATERIALIZED (
    SELECT kp_id, code, region, valid_from, valid_to, (params->>'sex') AS sex FROM point WHERE rule_id = 'GZ10000301004000'
),
whole AS (SELECT DISTINCT code FROM rule_points WHERE code[16] = '-'),
-- Suspects: someone whose register does not state the sex that the drug is for.
registered AS (
    SELECT psn_no, vali_flag, gend FROM psn_info_b JOIN live ON live.tag = _source
    QUALIFY row_number() OVER (PARTITION BY psn_no ORDER BY updt_time DESC NULLS LAST, seq DESC, _line DESC) = 1
),
used AS (
    SELECT DISTINCT psn_no, sex
    FROM (
            SELECT psn_no, coalesce(w.code, national_code(l.code)) AS key
            FROM (SELECT *, coalesce(nullif(med_list_codg, ''), hilist_code) AS code FROM fee_list_d) l LEFT JOIN whole w ON w.code = l.code
        ) l
    JOIN rule_points p ON p.code = l.key
),
suspects AS MATERIALIZED (
    SELECT DISTINCT u.psn_no FROM used u LEFT JOIN registered r USING (psn_no)
    WHERE NOT coalesce(r.gend = u.sex AND r.vali_flag IS DISTINCT FROM '0', false)
),
-- include lines.sql
objections AS (
    SELECT p.kp_id, l.psn_no, l.bkkp_sn, l.day, l.region, l.own AS amount
    FROM keyed_lines l JOIN rule_points p ON p.code = l.key
    WHERE l.sex IN ('1', '2') AND l.sex <> p.sex AND NOT l.self_paid
),
-- include result.sql
