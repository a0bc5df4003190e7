CREATE TABLE instalment (
    loan_id          TEXT          NOT NULL COMMENT 'Loan the instalment belongs to | 贷款编号',
    schedule_version INT           NOT NULL DEFAULT 1 CHECK (schedule_version >= 0)
                                   COMMENT 'Version of the schedule; a restructure cancels one version and begins the next; 1 where the column is absent | 计划版本号',
    instalment_no    INT           CHECK (instalment_no >= 0)
                                   COMMENT 'Number inside the version; where empty, the row number by version and due date | 期次',
    due_date         DATE          NOT NULL COMMENT 'Day on which the instalment is due; paid that day it is on time | 应还日期',
    principal_due    DECIMAL(18,2) NOT NULL CHECK (principal_due >= 0) COMMENT 'Principal due, loan currency | 应还本金',
    interest_due     DECIMAL(18,2) CHECK (interest_due >= 0) COMMENT 'Interest due, loan currency | 应还利息',
    fee_due          DECIMAL(18,2) CHECK (fee_due >= 0) COMMENT 'Fees due, loan currency | 应还费用',
    cancelled_on     DATE          COMMENT 'Day from which the instalment is no longer owed under this version | 取消日期',
    cancel_reason    TEXT          CHECK (cancel_reason IN ('RESTRUCTURED', 'PAID_OFF', 'WRITTEN_OFF', 'REVERSED'))
                                   COMMENT 'Why it was cancelled; RESTRUCTURED puts the next version in force | 取消原因',
    source_system    TEXT          COMMENT 'System that delivered the row | 来源系统',
    batch_id         TEXT          COMMENT 'Delivery the row came with | 批次号',
    known_at         TIMESTAMP     DEFAULT due_date COMMENT 'Instant at which the bank first had the row; empty means on due_date | 知晓时间',
    PRIMARY KEY (loan_id, schedule_version, instalment_no),
    FOREIGN KEY (loan_id) REFERENCES loan (loan_id),
    CONSTRAINT cancel_reason_has_cancelled_on CHECK (cancel_reason IS NULL OR cancelled_on IS NOT NULL)
) COMMENT = 'Instalment of the repayment schedule of a loan | 还款计划';
