CREATE TABLE cost_allocation (
    subject_type  TEXT          NOT NULL CHECK (subject_type IN ('OFFICER', 'BRANCH'))
                                COMMENT 'Whether subject_id names an officer or a branch | 主体类型',
    subject_id    TEXT          NOT NULL COMMENT 'Officer or branch that bears the cost | 主体编号',
    period        TEXT          NOT NULL COMMENT 'Period of the cost: 2025Q1, 2025-03 or 2025 | 期间',
    opex          DECIMAL(18,2) NOT NULL COMMENT 'Operating cost of the period, project currency | 营业费用',
    source_system TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP     COMMENT 'Instant at which the bank first had the row; empty means always known | 知晓时间',
    PRIMARY KEY (subject_type, subject_id, period)
) COMMENT = 'Operating cost allocated to an officer or a branch for a period | 费用分摊';
