import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type LiveEvent, systemClock, toWire, type WireEvent } from "@livekeeper/douyin";
import { type EventLog, openSqliteEventLog } from "@livekeeper/log";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Exporter, type ExportRequest } from "./exporter.ts";
import { chat, event, someone } from "./memory-log.helpers.ts";
import { shownTo } from "./reader.ts";

const has = spawnSync("soffice", ["--version"]).status === 0;
if (!has) console.info("LibreOffice is not installed (Debian: libreoffice-calc-nogui): its test is skipped");

const rooms = ["1001", "2002"];
const hostile = ["=1+1", "+1", "@SUM(A1)", "-2", "0123", "1e5", "'x", '<b>&"', "换\n行", '=HYPERLINK("http://x")'];

/** Events of each room: chats that a spreadsheet would run or change, and gifts of twenty people and five kinds. */
const said = (liveId: string): LiveEvent[] =>
	Array.from({ length: 600 }, (_, i) => {
		const user = { ...someone, id: `90071992547409${100 + (i % 20)}`, secUid: `sec-${i % 20}` };
		const id = `${liveId}00000000000000${i}`;
		if (i % 3 > 0) return { ...chat(i, hostile[i % hostile.length] ?? "", user), liveId, id };
		const [kind, delta] = [i % 5, 1 + (i % 7)];
		const price = [1, 10, 99, 520, 3000][kind] ?? 0;
		const gift = { giftId: `00${kind}`, giftName: `礼物${kind}`, diamondCount: price, count: delta, delta };
		return { ...event(i, "gift", { user, ...gift, diamonds: delta * price }), liveId, id };
	});

interface Cell {
	/** Type in the file: `string`, `float`, `date`; `undefined` for an empty cell. */
	type: string | undefined;
	value: string;
	formula: string | undefined;
}

interface Sheet {
	name: string;
	rows: Cell[][];
}

/** Returns the sheets of a flat ODF document, as LibreOffice understood them, and the cells that have a filter. */
function sheetsOf(document: string): { sheets: Sheet[]; filters: string[] } {
	const sheets: Sheet[] = [];
	const filters: string[] = [];
	let rows: Cell[][] = [];
	let cell: (Cell & { times: number; paragraphs: number }) | undefined;
	let inText = false;
	const parser = new SaxesParser();
	parser.on("opentag", ({ name, attributes }) => {
		if (name === "table:table") {
			rows = [];
			sheets.push({ name: String(attributes["table:name"]), rows });
		}
		if (name === "table:database-range" && attributes["table:display-filter-buttons"] === "true") {
			filters.push(String(attributes["table:target-range-address"]));
		}
		if (name === "table:table-row") rows.push([]);
		if (name === "text:p") inText = cell?.type === "string";
		if (name === "text:p" && cell && cell.paragraphs++ > 0 && inText) cell.value += "\n";
		if (name !== "table:table-cell") return;
		const of = (key: string) => attributes[key] as string | undefined;
		const value = of("office:value") ?? of("office:date-value") ?? "";
		const times = Number(of("table:number-columns-repeated") ?? 1);
		cell = { type: of("office:value-type"), value, formula: of("table:formula"), times, paragraphs: 0 };
	});
	parser.on("text", (text) => {
		if (cell && inText) cell.value += text;
	});
	parser.on("closetag", ({ name }) => {
		if (name === "text:p") inText = false;
		if (name !== "table:table-cell" || !cell) return;
		const { times, paragraphs, ...done } = cell;
		// After the last column there is one cell, repeated to the end of the sheet.
		if (times < 1_000) rows.at(-1)?.push(...Array.from({ length: times }, () => done));
		cell = undefined;
	});
	parser.write(document).close();
	const isFilled = (row: readonly Cell[]) => row.some(({ type }) => type !== undefined);
	return { sheets: sheets.map((sheet) => ({ ...sheet, rows: sheet.rows.filter(isFilled) })), filters };
}

const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;
const files: Record<string, Pick<ExportRequest, "liveIds" | "format" | "table" | "csvFor">> = {
	one: { liveIds: ["1001"], format: "xlsx" },
	both: { liveIds: rooms, format: "xlsx" },
	givers: { liveIds: rooms, format: "xlsx", table: "givers" },
	gifts: { liveIds: rooms, format: "xlsx", table: "gifts" },
	excel: { liveIds: rooms, format: "csv", csvFor: "excel" },
	excelGivers: { liveIds: rooms, format: "csv", csvFor: "excel", table: "givers" },
};

describe.skipIf(!has && !process.env["CI"])("files opened in LibreOffice", () => {
	let folder: string;
	let log: EventLog;
	const found: Record<string, ReturnType<typeof sheetsOf>> = {};
	/** The complete sheet of each file. */
	const read: Record<string, Cell[][]> = {};
	const logged: WireEvent[] = [];

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "livekeeper-office-"));
		const logger = { info: () => undefined, warn: console.warn, error: console.error };
		log = await openSqliteEventLog({ dataDir: folder, clock: systemClock, logger });
		for (const liveId of rooms) {
			const events = said(liveId);
			logged.push(...events.map(toWire));
			log.append({ liveId, events });
		}
		await log.flush();
		const exporter = new Exporter({ log, clock: systemClock, logger, tempDir: folder });
		const paths: string[] = [];
		for (const [name, file] of Object.entries(files)) {
			const { body } = await exporter.open({ ...file, name: "灯塔本人", reader, signal: new AbortController().signal });
			paths.push(join(folder, `${name}.${file.format}`));
			writeFileSync(paths.at(-1) ?? "", Buffer.concat(await body.toArray()));
		}
		// One start for all files, because it takes longer than everything else.
		const profile = `-env:UserInstallation=${pathToFileURL(join(folder, "profile"))}`;
		const into = ["--convert-to", "fods", "--outdir", join(folder, "read")];
		const { status, stderr } = spawnSync("soffice", [profile, "--headless", ...into, ...paths], { encoding: "utf8" });
		expect([status, stderr]).toEqual([0, expect.anything()]);
		for (const file of readdirSync(join(folder, "read"))) {
			const name = file.replace(".fods", "");
			found[name] = sheetsOf(readFileSync(join(folder, "read", file), "utf8"));
			read[name] = found[name].sheets.at(-1)?.rows ?? [];
		}
	});
	afterAll(async () => {
		await log?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	/** Returns the cells below a heading. */
	function column(file: string, name: string): Cell[] {
		const [heading = [], ...rows] = read[file] ?? [];
		const title = shownTo(reader).heading(name);
		const at = heading.findIndex(({ value }) => value === title);
		expect([name, at]).not.toEqual([name, -1]);
		return rows.map((row) => row[at] ?? { type: undefined, value: "", formula: undefined });
	}
	const sum = (cells: readonly Cell[]) => cells.reduce((total, { value }) => total + Number(value), 0);
	const total = (of: "delta" | "diamonds", events: readonly WireEvent[]) =>
		events.reduce((all, one) => all + (one.type === "gift" ? one[of] : 0), 0);

	test("opens every file without a formula in any cell", () => {
		expect(Object.keys(read).toSorted()).toEqual(Object.keys(files).toSorted());
		for (const rows of Object.values(read)) expect(rows.flat().filter(({ formula }) => formula)).toEqual([]);
	});

	test("shows a short and a complete sheet, both filtered", () => {
		expect(found["one"]?.sheets.map(({ name }) => name)).toEqual(["灯塔本人", "全部消息"]);
		expect(found["both"]?.sheets.map(({ name }) => name)).toEqual(["弹幕和礼物", "全部消息"]);
		expect(found["one"]?.filters.toSorted()).toEqual(["全部消息.A1:全部消息.Z601", "灯塔本人.A1:灯塔本人.G601"]);
		const [heading, ...rows] = found["one"]?.sheets[0]?.rows ?? [];
		expect(heading?.map(({ value }) => value)).toEqual(["时间", "昵称", "类型", "内容", "礼物", "数量", "抖币"]);
		const events = logged.filter(({ live_id }) => live_id === "1001");
		const count = (kind: string) => rows.filter((row) => row[2]?.value === kind).length;
		const inLog = (type: string) => events.filter((one) => one.type === type).length;
		expect([count("弹幕"), count("礼物")]).toEqual([inLog("chat"), inLog("gift")]);
		// A row ends with its last non-empty cell.
		const totalOf = (at: number) => sum(rows.flatMap((row) => row[at] ?? []));
		expect([totalOf(6), totalOf(5)]).toEqual([total("diamonds", events), total("delta", events)]);
	});

	test.each([
		["one", ["1001"]],
		["both", rooms],
		["excel", rooms],
	] as const)("shows a row per event and right totals: %s", (file, of) => {
		const events = logged.filter(({ live_id }) => of.includes(live_id as never));
		expect(read[file]).toHaveLength(1 + events.length);
		for (const name of ["delta", "diamonds"] as const) {
			const numbers = column(file, name).filter(({ type }) => type !== undefined);
			expect(new Set(numbers.map(({ type }) => type))).toEqual(new Set(["float"]));
			expect(sum(numbers)).toBe(total(name, events));
		}
		expect(column(file, "seq").map(({ value }) => Number(value))).toEqual(
			of.flatMap(() => Array.from({ length: 600 }, (_, i) => i + 1)),
		);
	});

	test("keeps texts and ids, with dates in the reader's zone", () => {
		const texts = logged.map((one) => (one.type === "chat" ? one.content : ""));
		expect(column("both", "content").map(({ value }) => value)).toEqual(texts);
		expect(column("both", "id").map(({ type, value }) => [type, value])).toEqual(
			logged.map(({ id }) => ["string", id]),
		);
		const local = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19);
		const shown = column("both", "at").map(({ type, value }) => [type, value.slice(0, 19)]);
		expect(shown).toEqual(logged.map(({ at }) => ["date", local(at)]));
	});

	test.each([
		["givers", "user_id", 20],
		["excelGivers", "user_id", 20],
		["gifts", "gift_id", 5],
	] as const)("matches the log's totals per room: %s", (file, key, max) => {
		expect(read[file]).toHaveLength(1 + max * rooms.length);
		const ids = column(file, key);
		const totals = new Map(
			ids.map(({ value }, i) => {
				const of = (name: string) => Number(column(file, name)[i]?.value);
				return [`${column(file, "live_id")[i]?.value} ${value.replace("'", "")}`, [of("delta"), of("diamonds")]];
			}),
		);
		const expected = new Map<string, number[]>();
		for (const one of logged) {
			if (one.type !== "gift") continue;
			const id = `${one.live_id} ${key === "gift_id" ? one.gift_id : one.user?.id}`;
			const [delta = 0, diamonds = 0] = expected.get(id) ?? [];
			expected.set(id, [delta + one.delta, diamonds + one.diamonds]);
		}
		expect(totals).toEqual(expected);
	});
});
