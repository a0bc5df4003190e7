CREATE TABLE inspection_plan (
    size_band       TEXT      NOT NULL COMMENT 'Size class of the customer, as in customer.size_band | 规模档次',
    five_tier_class TEXT      NOT NULL CHECK (five_tier_class IN ('NORMAL', 'SPECIAL_MENTION', 'SUBSTANDARD', 'DOUBTFUL', 'LOSS'))
                              COMMENT 'Five-tier risk class of the loan | 五级分类',
    inspection_type TEXT      NOT NULL CHECK (inspection_type IN ('FIRST', 'REGULAR', 'FOCUSED'))
                              COMMENT 'Kind of inspection | 检查类型',
    every_months    INT       NOT NULL CHECK (every_months > 0)
                              COMMENT 'Months from one inspection to the next; for FIRST, months from drawdown | 间隔月数',
    source_system   TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id        TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at        TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (size_band, five_tier_class, inspection_type)
) COMMENT = 'How often loans are to be inspected, by size and risk class | 检查频率规则';
