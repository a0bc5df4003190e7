CREATE TABLE customer (
    customer_id   TEXT      NOT NULL COMMENT 'Customer (FIRE customer_id) | 客户编号',
    group_id      TEXT      COMMENT 'Group of connected customers the customer belongs to; concentration is measured by it where it is known | 集团编号',
    customer_type TEXT      CHECK (customer_type IN ('RETAIL', 'SME', 'CORPORATE', 'INSTITUTION'))
                            COMMENT 'Kind of customer | 客户类型',
    segment       TEXT      COMMENT 'Segment, a code of the bank | 客群',
    size_band     TEXT      COMMENT 'Size class, a code of the bank, as in inspection_plan and service_matrix | 规模档次',
    industry_code TEXT      COMMENT 'Industry of the customer, GB/T 4754 or NACE | 行业代码',
    region        TEXT      COMMENT 'Region of the customer, a code of the bank | 所在地区',
    is_retail     BOOLEAN   COMMENT 'Whether the customer counts as retail in materiality thresholds and classification floors | 是否零售',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (customer_id)
) COMMENT = 'Borrower or guarantor (FIRE customer) | 客户';
