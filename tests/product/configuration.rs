//! postloan.toml: every way of writing a file is read, every slip has its sentence.

use std::io::Write;

use crate::support::{Project, show};

#[track_caller]
fn refused(config: &str) -> String {
    let project = Project::with_files(&[("postloan.toml", config)]);
    let (code, message) = project.fails(&["check"]);
    assert_eq!(code, 2, "{message}");
    message
}

const PROJECT: &str = "[project]\nname = \"bank\"\n";

#[test]
fn an_unknown_key_names_its_line_and_the_key_that_was_meant() {
    let message = refused("[project]\nname = \"bank\"\nperoid = \"month\"\n");
    assert!(message.contains("PROJECT/postloan.toml: TOML parse error at line 3, column 1"), "{message}");
    assert!(message.ends_with("did you mean `period`?\n"), "{message}");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let source = |lines: &str| refused(&format!("{PROJECT}[[source]]\n{lines}"));
    let ends = |message: String, end: &str| assert!(message.ends_with(end), "{message}");
    ends(
        source("path = \"a.csv\""),
        "[[source]] 1: write either table = \"an input table\" or name = \"a raw table\"\n",
    );
    ends(source("table = \"loan\""), "[[source]] 1 (loan): path = \"…\" or sql = \"…\" is missing\n");
    ends(
        source("table = \"loan\"\npath = \"a\"\nsql = \"b\""),
        "[[source]] 1 (loan): path and sql exclude each other\n",
    );
    ends(
        source("table = \"lona\"\npath = \"a\""),
        "postloan: postloan.toml: [[source]] table = \"lona\" is not an input table; did you mean loan?\n",
    );
    ends(
        source("table = \"loan\"\npath = \"a\"\nrename = { x = \"laon_id\" }"),
        "[[source]] loan: the table has no column laon_id; did you mean loan_id?\n",
    );
    ends(
        source("table = \"loan\"\npath = \"a\"\ndelimiter = \"||\""),
        "delimiter = \"||\": one ASCII character is expected\n",
    );
    ends(source("table = \"loan\"\npath = \"a\"\nheader = false"), "header = false needs columns = [\"…\"]\n");
    ends(source("name = \"Raw\"\npath = \"a\""), "name = \"Raw\": use lower-case letters, digits and _\n");
    ends(
        source("table = \"loan\"\npath = \"a\"\ndecimal_comma = true\nthousands_separator = \",\""),
        "the thousands separator is also the decimal sign\n",
    );
    ends(
        source("name = \"wide\"\npath = \"a\"\non_check = \"warn\""),
        "on_check and on_orphan need an input table; a raw table has neither checks nor keys\n",
    );
    let unpivot = |columns: &str| format!("unpivot = {{ name = \"month\", columns = [{columns}], keep = [\"id\"] }}");
    ends(
        source(&format!("table = \"loan\"\npath = \"a\"\n{}", unpivot("\"BAL\""))),
        "unpivot needs name = \"…\": a raw table, which SQL then shapes\n",
    );
    ends(source(&format!("name = \"wide\"\npath = \"a\"\n{}", unpivot(""))), "unpivot.columns names no column\n");
    ends(source(&format!("name = \"wide\"\npath = \"a\"\n{}", unpivot("\"BAL\", \"id\""))), "unpivot names id twice\n");
    ends(
        refused(&format!("{PROJECT}[limits]\nmax_reject_rate = 2\n")),
        "[limits]: max_reject_rate = 2 must lie between 0 and 1\n",
    );
    ends(
        refused(&format!("{PROJECT}[limits]\nmemory = \"much\"\n")),
        "[limits]: memory = \"much\": write a size such as 512MiB or 4GiB\n",
    );
    ends(
        refused(&format!("{PROJECT}[parameters]\ndefault_dpb = 90\n")),
        "[parameters] default_dpb: no query asks for it; did you mean default_dpd?\n",
    );
    ends(
        refused(&format!("{PROJECT}[parameters]\ndefault_dpd = \"x\"\n")),
        "[parameters] default_dpd = \"x\": a value of type INT is expected\n",
    );
    ends(
        refused(&format!("{PROJECT}[parameters]\ndpd_origin = \"due day\"\n")),
        "[parameters] dpd_origin = \"due day\": next_day or due_date is expected\n",
    );
    ends(
        refused(&format!("{PROJECT}[parameters]\nperiod_end = 2025-03-31\n")),
        "[parameters] period_end is set by the command (--period, --as-of), never by a file\n",
    );
    ends(
        refused(&format!("{PROJECT}[storage]\nlake = \"${{NO_SUCH_VARIABLE_HERE}}\"\n")),
        "the environment variable NO_SUCH_VARIABLE_HERE is not set\n",
    );
    ends(
        refused(&format!("{PROJECT}[storage]\nlake = \"ftp://host/x\"\n")),
        "write a folder, or s3://bucket/prefix, gs://…, az://…\n",
    );
}

#[test]
fn a_folder_without_a_project_says_how_to_make_one() {
    let project = Project::with_files(&[("other.txt", "")]);
    let (code, message) = project.fails(&["run"]);
    assert_eq!(
        (code, message.as_str()),
        (
            2,
            "postloan: PROJECT/postloan.toml is not there; run `postloan init PROJECT` to make a project, or name one with --project\n"
        )
    );
}

/// One loan in the given file and mapping; its id, amount and date of origination.
#[track_caller]
fn loan(file: &str, bytes: &[u8], mapping: &str) -> [String; 3] {
    let config = format!("{PROJECT}[[source]]\ntable = \"loan\"\npath = \"data/{file}\"\n{mapping}");
    let project = Project::with_files(&[("postloan.toml", &config)]);
    project.write_bytes(&format!("data/{file}"), bytes);
    project.ok(&["ingest"]);
    let row = &project.sql("SELECT loan_id, origination_amount, origination_date FROM loan")[0];
    ["loan_id", "origination_amount", "origination_date"].map(|column| show(&row[column]))
}

#[test]
fn one_loan_is_the_same_loan_in_every_format() {
    let expected = ["007", "1234.5", "2024-02-29"].map(str::to_owned);
    let plain = "loan_id,origination_amount,origination_date\n007,1234.5,2024-02-29\n";
    assert_eq!(loan("a.csv", plain.as_bytes(), ""), expected);
    assert_eq!(loan("a.csv", format!("\u{feff}{plain}").as_bytes(), ""), expected);
    assert_eq!(loan("a.csv", plain.replace('\n', "\r\n").as_bytes(), ""), expected);
    assert_eq!(loan("a.tsv", plain.replace(',', "\t").as_bytes(), "delimiter = \"\\t\"\n"), expected);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(plain.as_bytes()).unwrap();
    assert_eq!(loan("a.csv.gz", &gzip.finish().unwrap(), ""), expected);
    assert_eq!(loan("a.csv.zst", &zstd::encode_all(plain.as_bytes(), 1).unwrap(), ""), expected);
    let json = "{\"loan_id\": \"007\", \"origination_amount\": 1234.50, \"origination_date\": \"2024-02-29\"}\n";
    assert_eq!(loan("a.ndjson", json.as_bytes(), ""), expected);
    let headless = "007|1234.5|20240229\n";
    let mapping = "header = false\ncolumns = [\"loan_id\", \"origination_amount\", \"origination_date\"]\ndelimiter = \"|\"\ndate_format = \"%Y%m%d\"\n";
    assert_eq!(loan("a.txt", headless.as_bytes(), mapping), expected);
    let continental = "loan_id;origination_amount;origination_date\n007;1.234,50;29.02.2024\n";
    let mapping = "delimiter = \";\"\ndecimal_comma = true\nthousands_separator = \".\"\ndate_format = [\"%Y-%m-%d\", \"%d.%m.%Y\"]\n";
    assert_eq!(loan("a.csv", continental.as_bytes(), mapping), expected);
}

#[test]
fn chinese_extracts_are_decoded_before_they_are_split() {
    // 锟 and 亅 hold the byte of '|' or '\\' in GB18030.
    let text = "合同号|金额|日期|备注\n007|1234.50|2024-02-29|亅锟亊\n";
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    assert!(
        bytes.iter().filter(|byte| **byte == b'|').count() > 6,
        "the sample holds a delimiter byte inside a character"
    );
    let mapping = "encoding = \"gb18030\"\ndelimiter = \"|\"\nrename = { \"合同号\" = \"loan_id\", \"金额\" = \"origination_amount\", \"日期\" = \"origination_date\" }\n";
    assert_eq!(loan("贷款.csv", &bytes, mapping), ["007", "1234.5", "2024-02-29"].map(str::to_owned));
    let (bytes, _, _) = encoding_rs::WINDOWS_1252
        .encode("loan_id,origination_amount,origination_date,note\n007,1234.50,2024-02-29,é\n");
    assert_eq!(loan("a.csv", &bytes, "encoding = \"latin-1\"\n")[0], "007");
}

#[test]
fn a_workbook_keeps_ids_dates_and_amounts() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("贷款").unwrap();
    for (column, name) in ["loan_id", "origination_amount", "origination_date"].iter().enumerate() {
        sheet.write_string(0, column as u16, *name).unwrap();
    }
    sheet.write_string(1, 0, "007").unwrap();
    sheet.write_number(1, 1, 1234.5).unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 2, 29).unwrap();
    sheet
        .write_datetime_with_format(1, 2, &date, &rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd"))
        .unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(loan("a.xlsx", &bytes, "sheet = \"贷款\"\n"), ["007", "1234.5", "2024-02-29"].map(str::to_owned));
}

#[test]
fn value_maps_constants_null_tokens_and_defaults_are_applied() {
    let config = format!(
        "{PROJECT}currency = \"EUR\"\n[[source]]\ntable = \"loan\"\npath = \"a.csv\"\nnull_values = [\"\", \"NULL\"]\nvalues.rate_type = {{ \"F\" = \"FIXED\" }}\nset.source_system = \"CORE\"\n"
    );
    let project = Project::with_files(&[
        ("postloan.toml", &config),
        (
            "a.csv",
            "loan_id,origination_date,rate_type,purpose_code\nL1,2024-01-01,F,NULL\nL2,2024-01-01, fixed ,HOME\n",
        ),
    ]);
    project.ok(&["ingest"]);
    let rows = project.sql("SELECT rate_type, purpose_code, source_system, currency FROM loan ORDER BY loan_id");
    let cells = |row: usize| rows[row].values().map(show).collect::<Vec<_>>();
    assert_eq!(cells(0), ["FIXED", "", "CORE", "EUR"]);
    assert_eq!(cells(1), ["FIXED", "HOME", "CORE", "EUR"]);
}

#[test]
fn a_bank_adds_a_column_by_adding_it_to_its_copy_of_the_table() {
    let project = Project::with_files(&[
        ("postloan.toml", &format!("{PROJECT}[[source]]\ntable = \"swot_note\"\npath = \"a.csv\"\n")),
        ("a.csv", "note_id,statement,mood\nN1,good,7\n"),
        (
            "queries/model/swot_note.sql",
            "CREATE TABLE swot_note (\n  note_id TEXT NOT NULL COMMENT 'Note | 编号',\n  statement TEXT COMMENT 'Text | 内容',\n  mood INT COMMENT 'Mood | 心情',\n  known_at TIMESTAMP COMMENT 'Known | 知晓时间',\n  PRIMARY KEY (note_id)\n) COMMENT = 'Notes | 备注'\n",
        ),
    ]);
    project.ok(&["ingest"]);
    assert_eq!(project.value("SELECT mood FROM swot_note"), "7");
}

#[test]
fn own_queries_are_added_and_replace_built_in_ones_of_the_same_name() {
    let project = Project::copy("tests/golden/appraisal");
    project.write("queries/portfolio/loan_count.sql", "-- name: loan_count\n-- title: Loans | 贷款笔数\n-- kind: portfolio\n-- grain: status\n-- source: ours\n-- edges: none\nSELECT status, count(*) AS n_loans FROM loan_snapshot WHERE snapshot_date = $period_end GROUP BY status\n");
    let (code, message) = project.fails(&["run", "--period", "2025Q1"]);
    let sentence =
        "postloan: queries/portfolio/loan_count.sql: uses $period_end, which the header's params do not declare\n";
    assert_eq!((code, message.as_str()), (2, sentence));
    project.write("queries/portfolio/loan_count.sql", "-- name: loan_count\n-- title: Loans | 贷款笔数\n-- kind: portfolio\n-- grain: status\n-- params: period_end DATE\n-- source: ours\n-- edges: none\nSELECT status, count(*) AS n_loans FROM loan_snapshot WHERE snapshot_date = $period_end GROUP BY status\n");
    project.write("queries/indicator/risk/par_30.sql", "-- name: par_30\n-- title: Ours | 我们的\n-- kind: indicator\n-- dimension: RISK\n-- better: lower\n-- unit: ratio\n-- owner: nobody\n-- source: ours\n-- edges: none\nSELECT 'O1' AS officer_id, 'L01' AS key, 1 AS numerator, 4 AS denominator, 'OURS' AS rule_code\n");
    std::fs::create_dir_all(project.path().join("queries/audit")).unwrap();
    project.write("queries/audit/officer_sums_to_bank.sql", "-- name: officer_sums_to_bank\n-- title: Off | 停用\n-- kind: audit\n-- severity: warning\n-- source: ours\n-- edges: par_30 is ours\nSELECT 'par_30' AS key, 'ours' AS detail\n");
    project.ok(&["run", "--period", "2025Q1"]);
    assert_eq!(project.value("SELECT n_loans FROM loan_count WHERE status = 'ACTIVE'"), "13");
    assert_eq!(
        project.value("SELECT raw_value FROM officer_indicator WHERE indicator_id = 'par_30' AND officer_id = 'O1'"),
        "0.25"
    );
    assert_eq!(project.value("SELECT detail FROM data_quality_issue WHERE check_id = 'officer_sums_to_bank'"), "ours");
}

#[test]
fn what_an_extract_leaves_out_is_completed_from_what_it_has() {
    let project = Project::copy("tests/golden/appraisal");
    project.write(
        "queries/portfolio/completed.sql",
        "-- name: completed\n-- title: Completed | 补全\n-- kind: portfolio\n-- grain: what\n-- source: ours\n-- edges: none\n\
         SELECT 'complaint' AS what, CAST(max(incident_date) AS VARCHAR) AS value FROM complaint WHERE complaint_id = 'K1'\n\
         UNION ALL SELECT 'inspection', max(customer_id) FROM inspection WHERE inspection_id = 'I01'\n\
         UNION ALL SELECT 'warning', max(customer_id) FROM warning WHERE warning_id = 'W01'\n\
         UNION ALL SELECT 'instalment', CAST(max(instalment_no) AS VARCHAR) FROM instalment WHERE loan_id = 'L09'\n\
         UNION ALL SELECT 'customer', CAST(count(*) AS VARCHAR) FROM customer\n\
         UNION ALL SELECT 'branch', CAST(count(*) AS VARCHAR) FROM branch\n\
         UNION ALL SELECT 'ended', max(end_type) FROM loan WHERE loan_id = 'L08'\n",
    );
    project.ok(&["run", "--period", "2025Q1"]);
    let rows = project.sql("SELECT what, value FROM completed ORDER BY what");
    let lines: Vec<String> = rows.iter().map(|row| row.values().map(show).collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "branch 2",
        "complaint 2025-01-20",
        "customer 16",
        "ended WRITTEN_OFF",
        "inspection C01",
        "instalment 5",
        "warning C06",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_table_or_an_indicator_that_no_query_makes_is_named_with_the_nearest_one() {
    assert_eq!(
        refused(&format!("{PROJECT}[publish]\ntables = [\"portfolio_bucket\", \"portfolio_metrics\"]\n")),
        "postloan: postloan.toml: [publish] tables: no query publishes portfolio_metrics; did you mean portfolio_metric?\n"
    );
    let scheme = |text: &str| {
        let project = Project::with_files(&[("postloan.toml", PROJECT), ("scheme.toml", text)]);
        let (code, message) = project.fails(&["check"]);
        assert_eq!(code, 2, "{message}");
        message
    };
    assert_eq!(
        scheme("[dimension.RISK.indicator.npl_rato]\nmin_n = 5\n"),
        "postloan: PROJECT/scheme.toml: 1 problem; nothing was judged.\n  line 1: [dimension.RISK.indicator.npl_rato] there is no indicator npl_rato (did you mean npl_ratio?)\n"
    );
    assert!(scheme("[dimension.RISK.indicator.npl_ratio]\nshrink = { beta = [0, 3] }\n").ends_with(
        "line 2: [dimension.RISK.indicator.npl_ratio] shrink beta = [0.0, 3.0]: both numbers must be above 0\n"
    ));
}

#[test]
fn only_the_named_tables_are_published() {
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"bank\"\n[publish]\ntables = [\"portfolio_bucket\"]\n[[source]]\ntable = \"loan_snapshot\"\npath = \"s.csv\"\n",
        ),
        ("s.csv", "loan_id,snapshot_date,status,principal_balance,days_past_due\nL1,2025-03-31,ACTIVE,100,0\n"),
    ]);
    project.ok(&["run", "--period", "2025Q1"]);
    let tables: Vec<String> = std::fs::read_dir(project.path().join("lake/current"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(tables.contains(&"portfolio_bucket".to_owned()), "{tables:?}");
    assert!(!tables.contains(&"officer_indicator".to_owned()), "{tables:?}");
}

#[test]
fn strict_and_restated_runs_say_which_they_were() {
    let project = Project::with_files(&[
        (
            "postloan.toml",
            "[project]\nname = \"bank\"\n[publish]\ntables = [\"portfolio_metric\"]\n[[source]]\ntable = \"loan_snapshot\"\npath = \"s.csv\"\n",
        ),
        (
            "s.csv",
            "loan_id,snapshot_date,status,principal_balance,known_at\nL1,2025-03-31,ACTIVE,100,2025-03-31 20:00:00\nL2,2025-03-31,ACTIVE,50,2025-04-02 08:00:00\n",
        ),
    ]);
    let balance = "SELECT numerator FROM portfolio_metric WHERE metric_id = 'total_balance'";
    let mode = "SELECT concat(knowledge, ' ', knowledge_cutoff) FROM run";
    project.ok(&["run", "--period", "2025Q1"]);
    assert_eq!((project.value(balance), project.value(mode)), ("150.0".to_owned(), "restated ".to_owned()));
    project.ok(&["run", "--period", "2025Q1", "--knowledge", "strict"]);
    assert_eq!((project.value(balance), project.value(mode)), ("100.0".to_owned(), "strict 2025-03-31".to_owned()));
    project.ok(&["run", "--period", "2025Q1", "--known-by", "2025-04-02"]);
    assert_eq!((project.value(balance), project.value(mode)), ("150.0".to_owned(), "restated 2025-04-02".to_owned()));
    let (code, message) = project.fails(&["run", "--as-of", "2025-03-31", "--known-by", "2025-04-02"]);
    assert_eq!(code, 2, "{message}");
}
