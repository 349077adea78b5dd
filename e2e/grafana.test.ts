import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";
import { until } from "./kit/until.ts";

const folderOf = (name: string) => fileURLToPath(new URL(`../deploy/grafana/${name}`, import.meta.url));
const apiKey = "correct-horse";

interface Target {
	expr: string;
}
interface Panel {
	type: string;
	title: string;
	targets?: Target[];
}
interface Dashboard {
	panels: Panel[];
	templating: { list: { name: string; type: string; query: string | { query: string } }[] };
}
const dashboard = JSON.parse(readFileSync(folderOf("livekeeper.json"), "utf8")) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
	targets.map(({ expr }) => [title, expr] as const),
);

/** Fills in variables as Grafana does for "All". */
const filledIn = (query: string) =>
	query.replaceAll("$__rate_interval", "4s").replaceAll("$instance", ".*").replaceAll("$room", ".*");

const hasPrometheus = spawnSync("prometheus", ["--version"]).status === 0;
if (!hasPrometheus) console.info("prometheus is not installed (Debian: prometheus): the dashboard's test is skipped");

// Never skipped in CI, because releases are checked there.
describe.skipIf(!hasPrometheus && !process.env["CI"])("the Grafana dashboard on a real Prometheus", () => {
	let rig: Rig;
	let folder: string;
	let prometheus: ChildProcess;
	let url: string;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "livekeeper-grafana-"));
		rig = await Rig.start({
			speed: 5,
			simulator: { rate: 20 },
			config: { api_key: apiKey },
			start: [],
		});
		const authorization = `Bearer ${apiKey}`;
		await rig.request("PUT", "/api/v1/rooms/1001", undefined, { authorization });
		writeFileSync(join(folder, "key"), apiKey);
		writeFileSync(join(folder, "prometheus.yml"), configuration());
		prometheus = spawn(
			"prometheus",
			[
				`--config.file=${join(folder, "prometheus.yml")}`,
				`--storage.tsdb.path=${join(folder, "data")}`,
				"--web.listen-address=127.0.0.1:0",
			],
			{ stdio: ["ignore", "ignore", "pipe"] },
		);
		let said = "";
		prometheus.stderr?.on("data", (chunk: Buffer) => {
			said += chunk;
		});
		url = await until("Prometheus listens", () => /Listening on" address=(127\S+)/.exec(said)?.[1], {
			describe: () => said,
		});
		await until("Prometheus answers", async () => (await fetch(`http://${url}/-/ready`)).ok, { describe: () => said });
	});

	afterAll(async () => {
		if (prometheus?.exitCode === null) {
			prometheus.kill("SIGKILL");
			await once(prometheus, "exit");
		}
		await rig?.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	/** The example configuration with the test's service and key, and shorter intervals. */
	function configuration(): string {
		return readFileSync(folderOf("prometheus.yml"), "utf8")
			.replace("127.0.0.1:7001", new URL(rig.url).host)
			.replace("scrape_interval: 15s", "scrape_interval: 1s")
			.replace(/^( +)# (authorization:)$/m, "$1$2")
			.replace(
				/^( +)#( +credentials_file: )\S+$/m,
				(_, indent, option) => `${indent}${option.slice(1)}${join(folder, "key")}`,
			);
	}

	async function ask(path: string, query: Record<string, string>): Promise<unknown[]> {
		const response = await fetch(`http://${url}/api/v1/${path}?${new URLSearchParams(query)}`);
		const { data, error } = (await response.json()) as { data?: unknown[] | { result: unknown[] }; error?: string };
		if (error !== undefined) throw new Error(`${JSON.stringify(query)}: ${error}`);
		return Array.isArray(data) ? data : (data?.result ?? []);
	}

	test("returns data for every query of every panel", async () => {
		expect(queries.length).toBeGreaterThan(30);
		const empty = new Map(queries.map(([title, query]) => [query, title]));
		await until(
			"all have answered",
			async () => {
				for (const query of empty.keys()) {
					const found = (await ask("query", { query: filledIn(query) })) as { value: [number, string] }[];
					// A quotient of zeros is NaN, for which a panel shows nothing.
					if (found.some(({ value: [, figure] }) => Number.isFinite(Number(figure)))) empty.delete(query);
				}
				return empty.size === 0;
			},
			{ describe: () => [...empty] },
		);
	});

	test("offers the service and its room in the dropdowns", async () => {
		for (const { type, query } of dashboard.templating.list) {
			if (type !== "query" || typeof query === "string") continue;
			const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? [];
			const expected = label === "instance" ? new URL(rig.url).host : "1001";
			expect(await ask(`label/${label}/values`, { "match[]": metric })).toContain(expected);
		}
	});
});
