CREATE TABLE instalment (
    loan_id          TEXT,
    schedule_version SMALLINT,
    instalment_no    INT,
    due_date         DATE,
    principal_due    DECIMAL(18,2),
    interest_due     DECIMAL(18,2),
    CONSTRAINT money_not_negative CHECK (principal_due >= 0 AND interest_due >= 0),
    CONSTRAINT numbers_positive CHECK (instalment_no >= 1 AND schedule_version >= 1),
    CONSTRAINT required CHECK (loan_id IS NOT NULL AND due_date IS NOT NULL)
) COMMENT = 'Instalments as the workload names and types them | 基准测试：还款计划';
