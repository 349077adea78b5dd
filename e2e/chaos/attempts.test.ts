import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { AttemptBook } from "./attempts.ts";
import type { Link } from "./network.ts";

/** Simulates a connection that sends these requests one after the other. */
function says(book: AttemptBook, ...paths: string[]): void {
	const link = { client: { once: () => undefined } } as unknown as Link;
	book.listen(link);
	for (const path of paths) link.onSaid(Buffer.from(`GET ${path} HTTP/1.1\r\nhost: site\r\n\r\n`));
}

test("attributes each request to its room", () => {
	const book = new AttemptBook(new ManualClock());
	says(
		book,
		"/1001?from=link",
		"/webcast/room/web/enter/?aid=6383&web_rid=1001&a_bogus=x",
		"/webcast/room/reflow/info/?room_id=2&sec_user_id=MS4w-_a",
		"/webcast/room/info_by_scene/?aid=6383&room_id=73",
		"/webcast/im/fetch/?room_id=73",
		// These concern many rooms, or none.
		"/webcast/distribution/check_user_live_status/?user_ids=1,2",
		"/",
		"/webcast/im/push/v2/?room_id=73",
	);
	expect(book.asked.map(({ what, of }) => [what, of])).toEqual([
		["page", "1001"],
		["enter", "1001"],
		["reflow", "MS4w-_a"],
		["scene", "73"],
		["fetch", "73"],
		["push", "73"],
	]);
	expect(book.attempts.map(({ roomId }) => roomId)).toEqual(["73"]);
});
