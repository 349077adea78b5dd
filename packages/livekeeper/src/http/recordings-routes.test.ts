import { expect, test } from "vitest";
import { ask, sharedTestService, startTestService } from "../service/service.helpers.ts";

const url = "/api/v1/recordings";
const time = "2026-01-31T20:00:00.250+08:00";
const at = Date.parse(time);
const own = {
	event: "FileOpening",
	filePath: "D:\\录播\\甲\\a.ts",
	roomId: 261378947940,
	time,
	title: "t",
	username: "甲",
};

const service = sharedTestService();

test("accepts the webhooks of three recorders", async () => {
	const bodies = [
		own,
		{ ...own, event: "FileError", time: undefined, username: undefined },
		{
			...{ EventType: "FileClosed", EventTimestamp: time, EventId: "x" },
			EventData: { RoomId: 1001, ShortId: 0, RelativePath: "甲/a.flv", Title: "t", Name: "甲", FileSize: 1 },
		},
		{ id: "x", date: time, type: "VideoFileCompletedEvent", data: { room_id: 1001, path: "/rec/a.flv" } },
	];
	for (const body of bodies) {
		expect(await ask(service(), "POST", url, body)).toMatchObject({ status: 200, body: { accepted: true } });
	}
	const now = service().clock.now();
	const { body } = await ask(service(), "GET", url);
	expect(body).toEqual({
		...{ success: true, now },
		recordings: [
			{ id: now, event: "opened", path: own.filePath, room: "261378947940", name: "甲", at },
			{ id: now + 1, event: "closed", path: own.filePath, room: "261378947940", name: null, at: now },
			{ id: now + 2, event: "closed", path: "甲/a.flv", room: "1001", name: "甲", at },
			{ id: now + 3, event: "closed", path: "/rec/a.flv", room: "1001", name: null, at },
		],
	});
	expect((await ask(service(), "GET", `${url}?after=${now + 2}`)).body.recordings).toHaveLength(1);
});

test("ignores events that are not about a video file", async () => {
	const session = { EventType: "SessionStarted", EventTimestamp: time, EventData: { RoomId: 1, Name: "甲" } };
	const live = { date: time, type: "LiveBeganEvent", data: { user_info: {}, room_info: {} } };
	for (const body of [session, live, { type: "toString", data: { path: "a" } }]) {
		expect(await ask(service(), "POST", url, body)).toMatchObject({ status: 200, body: { accepted: false } });
	}
});

test.each([
	{},
	{ ...own, filePath: "" },
	{ ...own, filePath: "a\n.ts" },
	{ ...own, event: "FileDeleted" },
	{ ...own, filePath: "x".repeat(5_000) },
	[],
])("refuses a malformed notice: %#", async (body) => {
	expect((await ask(service(), "POST", url, body)).status).toBe(400);
});

test("keeps the newest notices, and needs the key", async () => {
	const key = "0123456789abcdef";
	const service = await startTestService({ apiKey: key });
	expect((await ask(service, "POST", url, own)).status).toBe(401);
	expect((await ask(service, "GET", url)).status).toBe(401);
	const headers = { authorization: `Bearer ${key}` };
	for (let n = 0; n < 1_005; n++) await ask(service, "POST", url, { ...own, filePath: `${n}.ts` }, headers);
	const { recordings } = (await ask(service, "GET", url, undefined, headers)).body;
	expect(recordings).toHaveLength(1_000);
	expect([recordings[0].path, recordings.at(-1).path]).toEqual(["5.ts", "1004.ts"]);
});
