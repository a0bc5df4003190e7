CREATE TABLE collection_activity (
    activity_id    TEXT          NOT NULL COMMENT 'Attempt | 催收编号',
    loan_id        TEXT          NOT NULL COMMENT 'Loan it is about | 贷款编号',
    officer_id     TEXT          COMMENT 'Officer who made the attempt | 催收人编号',
    activity_at    TIMESTAMP     NOT NULL COMMENT 'Instant of the attempt | 催收时间',
    channel        TEXT          COMMENT 'How, a code of the bank such as PHONE, VISIT, LETTER, MESSAGE | 催收渠道',
    contact_result TEXT          CHECK (contact_result IN ('NO_ANSWER', 'WRONG_PARTY', 'RIGHT_PARTY', 'REFUSED'))
                                 COMMENT 'Whom the attempt reached | 联系结果',
    promise_amount DECIMAL(18,2) CHECK (promise_amount >= 0)
                                 COMMENT 'Amount promised, loan currency; empty if nothing was promised | 承诺还款金额',
    promise_date   DATE          COMMENT 'Day by which it was promised | 承诺还款日期',
    source_system  TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id       TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at       TIMESTAMP     DEFAULT activity_at COMMENT 'Instant at which the bank first had the row; empty means on activity_at | 知晓时间',
    PRIMARY KEY (activity_id),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    FOREIGN KEY (officer_id) REFERENCES officer (officer_id)
) COMMENT = 'Attempt to reach a borrower about money due, and what was promised | 催收记录';
