CREATE TABLE default_record (
    subject_type       TEXT          NOT NULL CHECK (subject_type IN ('LOAN', 'CUSTOMER'))
                                     COMMENT 'Whether subject_id names a loan or a customer | 主体类型',
    subject_id         TEXT          NOT NULL COMMENT 'Loan or customer in default | 主体编号',
    default_date       DATE          NOT NULL COMMENT 'First day of the default (EBA 3.23 date_of_default; FIRE default_date) | 违约日期',
    trigger            TEXT          CHECK (trigger IN ('DPD', 'UTP', 'TIER', 'RESTRUCTURE'))
                                     COMMENT 'What brought the default about: days past due, unlikeliness to pay, risk class or restructure | 违约触发原因',
    cure_date          DATE          COMMENT 'Day from which no condition of default holds; probation begins | 违约解除日期',
    probation_end_date DATE          COMMENT 'Day on which probation ends and the episode with it; that day is outside the episode | 观察期结束日期',
    ead                DECIMAL(18,2) CHECK (ead >= 0) COMMENT 'Exposure at default (FIRE ead), loan currency; where empty, the principal of the last snapshot up to the default | 违约风险暴露',
    resolved_on        DATE          COMMENT 'Day on which the workout was closed | 处置完成日期',
    resolution         TEXT          CHECK (resolution IN ('CURED', 'CASH', 'COLLATERAL', 'SALE', 'WRITE_OFF'))
                                     COMMENT 'How the workout was closed | 处置结果',
    source_system      TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id           TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at           TIMESTAMP     DEFAULT default_date COMMENT 'Instant at which the bank first had the row; empty means on default_date | 知晓时间',
    PRIMARY KEY (subject_type, subject_id, default_date),
    CONSTRAINT cure_not_before_default CHECK (cure_date IS NULL OR cure_date >= default_date),
    CONSTRAINT probation_end_not_before_default CHECK (probation_end_date IS NULL OR probation_end_date >= default_date),
    CONSTRAINT probation_end_not_before_cure CHECK (probation_end_date IS NULL OR probation_end_date >= cure_date),
    CONSTRAINT resolved_not_before_default CHECK (resolved_on IS NULL OR resolved_on >= default_date)
) COMMENT = 'Default of a loan or a customer as the bank records it; derived from the other tables where the bank has none | 违约记录';
