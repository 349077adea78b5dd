import type { Message } from "@livekeeper/douyin/wire";
import { expect, onTestFinished, test } from "vitest";
import { Client, firstRoom, started, until } from "../client.helpers.ts";
import { startSimulator } from "../start-simulator.ts";
import { followedThroughCut } from "./message-ids.helpers.ts";
import { commonIdOf, type IdMode } from "./message-ids.ts";

const envelopes = (messages: readonly Message[]) => messages.map(({ msgId }) => msgId);
const commons = (messages: readonly Message[]) =>
	messages.map(({ method, payload }) => commonIdOf(payload.whole(), method));

/** Views of the same messages by two clients. */
async function twoViews(ids: IdMode) {
	const { simulator } = await started({ ids, startTraffic: "manual" });
	const room = firstRoom(simulator);
	const clients = [0, 1].map(() => new Client(simulator, { roomId: room.roomId }));
	for (const client of clients) await until("the socket is open", () => client.open);
	room.produce(10);
	const said = room.generatedIds();
	for (const client of clients) await until("all came", () => client.messages.length === said.length);
	const [one = [], two = []] = clients.map(({ messages }) => messages);
	return { one, two, said };
}

test("sends two ids that are the same for all", async () => {
	const { one, two, said } = await twoViews("differ");
	expect([commons(one), commons(two)]).toEqual([said, said]);
	expect(envelopes(one)).toEqual(envelopes(two));
	expect(envelopes(one).filter((id) => said.includes(id))).toEqual([]);
});

test("sends one id in both places, or in one", async () => {
	const same = await twoViews("same");
	expect([commons(same.one), envelopes(same.one)]).toEqual([same.said, same.said]);
	const { one, said } = await twoViews("no_common");
	expect([new Set(commons(one)), envelopes(one)]).toEqual([new Set(["0"]), said]);
	const other = await twoViews("no_envelope");
	expect([new Set(envelopes(other.one)), commons(other.one)]).toEqual([new Set(["0"]), other.said]);
});

test("gives each connection new ids in one of the places", async () => {
	const envelope = await twoViews("new_envelope");
	expect([commons(envelope.one), commons(envelope.two)]).toEqual([envelope.said, envelope.said]);
	expect(new Set([...envelopes(envelope.one), ...envelopes(envelope.two)]).size).toBe(2 * envelope.said.length);
	const common = await twoViews("new_common");
	expect([envelopes(common.one), envelopes(common.two)]).toEqual([common.said, common.said]);
	expect(new Set([...commons(common.one), ...commons(common.two)]).size).toBe(2 * common.said.length);
});

test("delivers each message once through a cut", async () => {
	const simulator = await startSimulator({ rooms: 1, ids: "new_common", startTraffic: "manual", rate: 0, tickMs: 10 });
	onTestFinished(() => simulator.close());
	const { came, said } = await followedThroughCut(simulator);
	expect(came).toEqual(said);
});
