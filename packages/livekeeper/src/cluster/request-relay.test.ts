import { expect, test, vi } from "vitest";
import { RequestRelay } from "./request-relay.ts";

/** Request and reply by name; a name without a node gives no reply. */
class Questions {
	readonly #answers = new Map<string, (question: Uint8Array) => Promise<Uint8Array>>();

	async ask(node: string, question: Uint8Array): Promise<Uint8Array | undefined> {
		return this.#answers.get(node)?.(question);
	}

	onAsked(node: string, answer: (question: Uint8Array) => Promise<Uint8Array>): void {
		this.#answers.set(node, answer);
	}
}

const owners: Record<string, string> = { "1": "a", "2": "b" };
const ownerOf = (liveId: string) => owners[liveId];

test("forwards to a room's owner, otherwise answers locally", () => {
	const relay = new RequestRelay({ messages: new Questions(), node: "a", ownerOf });
	expect(["1", "2", "3"].map((liveId) => relay.nodeOf(liveId))).toEqual([undefined, "b", undefined]);
});

test("forwards requests and answers byte for byte", async () => {
	const messages = new Questions();
	const [a, b] = ["a", "b"].map((node) => new RequestRelay({ messages, node, ownerOf }));
	const body = Buffer.from([0, 10, 255, 13, 10, 123]);
	const request = {
		method: "POST",
		url: "/x?名=1",
		address: "10.0.0.7",
		headers: { "x-a": "1\n2", list: ["a", "b"] },
		body,
	};
	b?.onAsked(async (asked) => {
		expect(asked).toEqual(request);
		return { status: 201, headers: { "content-type": "text/plain" }, body: Buffer.from(asked.body).reverse() };
	});
	const answer = await a?.ask("b", request);
	expect(answer).toMatchObject({ status: 201, headers: { "content-type": "text/plain" } });
	expect([...(answer?.body ?? [])]).toEqual([123, 10, 13, 255, 10, 0]);
	expect(await a?.ask("nobody", request)).toBeUndefined();
	const empty = await a?.ask("nobody", { ...request, body: Buffer.alloc(0) });
	expect(empty).toBeUndefined();
});

test("ignores malformed answers and requests", async () => {
	const messages = new Questions();
	const a = new RequestRelay({ messages, node: "a", ownerOf });
	const request = { method: "GET", url: "/x", address: "10.0.0.7", headers: {}, body: Buffer.alloc(0) };
	const answers = ["", "x", "{}\n", '{"status":"200","headers":{}}\n', '{"status":200,"headers":{"a":1}}\n'];
	for (const answer of answers) {
		messages.onAsked("b", async () => Buffer.from(answer));
		expect(await a.ask("b", request)).toBeUndefined();
	}
	const answered = vi.fn();
	a.onAsked(answered);
	for (const question of ["{}", '{"method":"GET"}\n', '{"method":"GET","url":"x","address":"","headers":{}}\n']) {
		await expect(messages.ask("a", Buffer.from(question))).rejects.toThrow("no request");
	}
	expect(answered).not.toHaveBeenCalled();
});
