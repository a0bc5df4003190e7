CREATE TABLE warning (
    warning_id    TEXT      NOT NULL COMMENT 'Warning | 预警编号',
    customer_id   TEXT      COMMENT 'Customer warned about; where empty, the borrower of the loan | 客户编号',
    loan_id       TEXT      COMMENT 'Loan warned about; empty if the warning is on the whole customer | 贷款编号',
    issued_at     TIMESTAMP NOT NULL COMMENT 'Instant at which the warning was issued | 预警发布时间',
    signal_type   TEXT      COMMENT 'What was seen, a code of the bank; usual families are MACRO, INDUSTRY, OPERATING, FINANCIAL, REPAYMENT, LEGAL, EXTERNAL_RATING, FUND_FLOW | 预警信号类型',
    severity      TEXT      CHECK (severity IN ('RED', 'ORANGE', 'YELLOW'))
                            COMMENT 'How serious; aliases HIGH = RED, MEDIUM = ORANGE, LOW = YELLOW | 严重程度',
    score         DOUBLE    COMMENT 'Score of the model or rule; higher is worse | 预警评分',
    source        TEXT      CHECK (source IN ('RULE', 'MODEL', 'OFFICER', 'EXTERNAL', 'REGULATOR'))
                            COMMENT 'Who or what issued it | 预警来源',
    rule_id       TEXT      COMMENT 'Rule or model that fired | 规则编号',
    officer_id    TEXT      COMMENT 'Officer who issued it or was told to handle it | 客户经理编号',
    status        TEXT      COMMENT 'State of handling, a code of the bank | 处理状态',
    closed_at     TIMESTAMP COMMENT 'Instant at which the warning was closed; empty while it is open | 关闭时间',
    close_reason  TEXT      COMMENT 'Why it was closed, a code of the bank | 关闭原因',
    mitigation    TEXT      COMMENT 'What was done about the risk, a code; only codes that end in _CONFIRMED count, such as EXPOSURE_REDUCED_CONFIRMED; warning_action is the full form | 缓释措施',
    source_system TEXT      COMMENT 'System that delivered the row | 来源系统',
    batch_id      TEXT      COMMENT 'Delivery the row came with | 批次号',
    known_at      TIMESTAMP DEFAULT issued_at COMMENT 'Instant at which the bank first had the row; empty means on issued_at | 知晓时间',
    PRIMARY KEY (warning_id),
    FOREIGN KEY (customer_id) REFERENCES customer (customer_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id),
    CONSTRAINT names_a_loan_or_a_customer CHECK (loan_id IS NOT NULL OR customer_id IS NOT NULL)
) COMMENT = 'Early warning issued on a customer or a loan; warnings are added, never taken back | 风险预警';
