-- name: five_tier
-- title: The five risk classes in order | 五级分类次序
-- kind: base
-- source: 商业银行金融资产风险分类办法 (2023) Art. 6
-- edges: tier_rank 1 is the best class; from 3 on a loan is non-performing.

SELECT 'NORMAL' AS five_tier_class, 1 AS tier_rank
UNION ALL SELECT 'SPECIAL_MENTION' AS five_tier_class, 2 AS tier_rank
UNION ALL SELECT 'SUBSTANDARD' AS five_tier_class, 3 AS tier_rank
UNION ALL SELECT 'DOUBTFUL' AS five_tier_class, 4 AS tier_rank
UNION ALL SELECT 'LOSS' AS five_tier_class, 5 AS tier_rank
