import { mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, test } from "vitest";
import { RecordingFolder } from "./recording-folder.ts";

const name = "灯塔_2026-12-01_20-03-04";

/** Returns the folders of the recordings that a report of this path is taken for. */
async function reportedIn(path: string): Promise<string[]> {
	const folder = temporaryFolder();
	for (const streamer of ["甲", "乙"]) {
		mkdirSync(join(folder, streamer));
		writeFileSync(join(folder, streamer, `${name}.flv`), "video");
	}
	const recordings = new RecordingFolder({ folder, clock: new ManualClock(), closedAfterMs: 1_000, segmentMs: 1_000 });
	recordings.report({ event: "closed", path, room: "1001", name: null, at: 1 });
	const { recordings: all } = await recordings.scan();
	return all.filter(({ notices }) => notices.room === "1001").map(({ path }) => path.slice(0, 1));
}

test.each([
	`D:\\录播\\甲\\${name}.flv`,
	`d:/录播\\甲/${name}.FLV`,
	`\\\\nas\\share\\甲\\${name}.flv`,
	`//nas/share/甲/${name}.flv`,
	`\\\\?\\D:\\录播\\甲\\${name}.flv`,
	`\\\\?\\UNC\\nas\\share\\甲\\${name}.flv`,
	`\\\\.\\D:\\录播\\甲\\${name}.flv`,
	`D:\\录播\\乙\\..\\甲\\${name}.flv`,
	`D:\\录播\\甲\\.\\${name}.flv`,
	`D:\\录播\\甲\\\\${name}.flv`,
	`D:\\录播\\甲\\${name}.flv\\`,
	`甲\\${name}.flv`,
	`甲\\${name}.flv.part`,
	`甲\\${name}.flv.download`,
	`/rec/甲/${name}.mp4`,
])("finds the recording that %s names", async (path) => {
	expect(await reportedIn(path)).toEqual(["甲"]);
});

test.each([`D:\\录播\\丙\\${name}.flv`, `${name}.flv`, "D:\\录播\\甲\\", "\\\\nas\\share\\", "\\\\?\\", "D:", ""])(
	"takes %j for no recording",
	async (path) => {
		expect(await reportedIn(path)).toEqual([]);
	},
);

test("takes the times of a recording from the disk", async () => {
	const folder = temporaryFolder();
	const file = join(folder, "new");
	writeFileSync(file, "video");
	const { birthtimeMs, mtimeMs } = statSync(file);
	// Named after its creation, however long the machine has taken to create it.
	const named = new Date(birthtimeMs + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", "_").replaceAll(":", "-");
	renameSync(file, join(folder, `甲_${named}.flv`));
	const timing = { clock: new ManualClock(), closedAfterMs: 1_000, segmentMs: 1_000, timeZone: "Asia/Shanghai" };
	const recordings = new RecordingFolder({ folder, ...timing });
	const [only] = (await recordings.scan()).recordings;
	expect(only?.times).toEqual({ birthMs: birthtimeMs, writtenMs: mtimeMs });
	expect(only && recordings.spanOf(only).from).toBe(birthtimeMs);
});
