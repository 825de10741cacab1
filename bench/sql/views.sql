-- What the six queries share: no rows, only names for expressions. The harness has
-- made views of the epoch's files (fee_list_d, mdtrt_d, setl_d, psn_info_b,
-- fixmedins_b: rows of live sources), the table live(tag, seq) of sources and the
-- table point(kp_id, rule_id, code, other_code, valid_from, valid_to, supersedes,
-- region, params), as `yiheng knowledge export` gives them.

-- The code of a line, as points of a rule know it: whole where a point names the
-- whole code, else its national first 15 characters.
CREATE OR REPLACE MACRO national_code(code) AS
    CASE WHEN code[16] = '-' THEN code[1:15] ELSE code END;

-- A region within another: province xx0000, city xxxx00, else itself.
CREATE OR REPLACE MACRO within(region, outer_region) AS
    CASE WHEN outer_region IS NULL OR outer_region = '' THEN true
         WHEN region IS NULL OR NOT regexp_full_match(region, '[0-9]{6}') THEN false
         WHEN outer_region[3:] = '0000' THEN region[:2] = outer_region[:2]
         WHEN outer_region[5:] = '00' AND outer_region[3:4] <> '99' THEN region[:4] = outer_region[:4]
         ELSE region = outer_region END;

-- Money in fen, quantities in ten-thousandths: whole numbers, as judgement counts.
CREATE OR REPLACE MACRO fen(m) AS CAST(m * 100 AS BIGINT);
CREATE OR REPLACE MACRO pieces(q) AS CAST(q * 10000 AS BIGINT);

-- The part q/all of m, rounded half up.
CREATE OR REPLACE MACRO share(m, q, whole) AS
    CASE WHEN m IS NULL OR m <= 0 THEN 0
         WHEN q IS NULL OR whole IS NULL OR whole <= 0 OR q >= whole THEN m
         ELSE CAST((2 * CAST(m AS HUGEINT) * q + whole) // (2 * CAST(whole AS HUGEINT)) AS BIGINT) END;

-- What of a line lies within the insurance's scope.
CREATE OR REPLACE MACRO covered(inscp, total, own, over, pre) AS
    CASE WHEN inscp IS NOT NULL OR total IS NULL THEN fen(inscp)
         ELSE fen(total) - coalesce(fen(own), 0) - coalesce(fen(over), 0) - coalesce(fen(pre), 0) END;
