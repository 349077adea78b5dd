export { buildReport } from "./build-report.ts";
export { reportNotice } from "./report-notice.ts";
