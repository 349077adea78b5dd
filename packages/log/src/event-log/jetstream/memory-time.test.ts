import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { MemoryNats } from "./memory-nats.helpers.ts";

/** Returns a client of a server whose clock the test moves. */
function startClient() {
	const clock = new ManualClock();
	let received = "";
	const nats = new MemoryNats(clock);
	const line = nats.accept({
		send: (bytes) => {
			received += bytes.toString("latin1");
		},
		close: () => undefined,
	});
	const say = (...lines: string[]) => line.receive(Buffer.from(lines.map((one) => `${one}\r\n`).join("")));
	const ask = (subject: string, question: object) => {
		received = "";
		const data = JSON.stringify(question);
		say(`PUB ${subject} answers ${data.length}`, data);
		return received;
	};
	say("CONNECT {}", "SUB answers 1");
	return { clock, say, ask, take: () => received };
}

const second = 1e9;

test("forgets messages after their lifetime by its clock", async () => {
	const { clock, ask } = startClient();
	ask("$JS.API.STREAM.CREATE.s", { name: "s", subjects: ["a.*"], max_age: 8 * second });
	ask("a.1", {});
	await clock.advance(7_999);
	expect(ask("$JS.API.STREAM.MSG.GET.s", { last_by_subj: "a.1" })).toContain(`"subject":"a.1"`);
	await clock.advance(1);
	expect(ask("$JS.API.STREAM.MSG.GET.s", { last_by_subj: "a.1" })).toContain("no message found");
	expect(ask("$JS.API.STREAM.INFO.s", {})).toContain(`"last_seq":1`);
});

test("shows an idle watcher that it lives until it leaves", async () => {
	const { clock, say, ask, take } = startClient();
	ask("$JS.API.STREAM.CREATE.s", { name: "s", subjects: ["a.*"] });
	say("SUB watched 2");
	const config = { name: "c", deliver_subject: "watched", deliver_policy: "new", idle_heartbeat: 5 * second };
	ask("$JS.API.CONSUMER.CREATE.s.c", { config });
	await clock.advance(5_000);
	expect(take()).toContain("100 Idle Heartbeat");
	say("UNSUB 2");
	await clock.advance(5_000);
	expect(ask("$JS.API.CONSUMER.INFO.s.c", {})).toContain("consumer not found");
});
