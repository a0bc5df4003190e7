CREATE TABLE survey_response (
    response_id   TEXT      NOT NULL COMMENT 'Answer | 答卷编号',
    customer_id   TEXT      COMMENT 'Customer who answered; one answer a customer and wave counts, the latest | 客户编号',
    officer_id    TEXT      COMMENT 'Officer the answer is about; where empty, the officer who holds the loans of the customer | 客户经理编号',
    wave          TEXT      COMMENT 'Wave of the survey | 调查批次',
    responded_at  TIMESTAMP COMMENT 'Instant of the answer; an answer without one belongs to the period that is run | 答卷时间',
    csat          INT       CHECK (csat BETWEEN 1 AND 5)
                            COMMENT 'Satisfaction, 1 to 5; 4 and 5 are satisfied | 满意度评分',
    nps           INT       CHECK (nps BETWEEN 0 AND 10)
                            COMMENT 'Readiness to recommend the bank, 0 to 10; 9 and 10 promote, 0 to 6 detract | 推荐意愿评分',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT responded_at COMMENT 'Instant at which the bank first had the row; empty means on responded_at | 知晓时间',
    PRIMARY KEY (response_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id)
) COMMENT = 'Answer of a customer to a satisfaction survey | 满意度调查';
