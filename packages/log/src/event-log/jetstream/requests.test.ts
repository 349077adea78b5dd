import { setTimeout as pause } from "node:timers/promises";
import { connect, errors, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Conflict } from "../../storage/index.ts";
import { hasNats, type NatsServers, startNatsServers } from "./nats-servers.helpers.ts";
import { isUnanswered, patient } from "./requests.ts";
import { openBucket } from "./stream-keeper.helpers.ts";

describe.skipIf(!hasNats)("a patient request", () => {
	let nats: NatsServers;
	beforeAll(async () => {
		nats = await startNatsServers(1);
	});
	afterAll(() => nats.stop());

	async function open() {
		const nc = await connect({ servers: [...nats.urls] });
		onTestFinished(() => nc.close());
		return nc;
	}

	const textOf = ({ data }: { data: Uint8Array }) => Buffer.from(data).toString("utf8");

	test("is answered once a responder is there", async () => {
		const nc = await open();
		const answer = patient(nc).request("late", "question", { timeout: 20_000 });
		await pause(100);
		nc.subscribe("late", { callback: (_, message) => void message.respond("answer") });
		expect(textOf(await answer)).toBe("answer");
	});

	test("times out without a responder and reports it", async () => {
		const nc = await open();
		const error = await patient(nc)
			.request("nobody", "question", { timeout: 2_000 })
			.catch((reason: unknown) => reason);
		expect(isUnanswered(error)).toBe(true);
	});

	test("is retried without an answer, until its timeout", async () => {
		const nc = await open();
		let asked = 0;
		nc.subscribe("silent.*", {
			callback: (_, message) => {
				asked++;
				if (message.subject === "silent.once" && asked === 2) message.respond("answer");
			},
		});
		expect(textOf(await patient(nc).request("silent.once", "question", { timeout: 20_000 }))).toBe("answer");
		expect(asked).toBe(2);
		const unanswered = patient(nc).request("silent.always", "question", { timeout: 1_200 });
		await expect(unanswered).rejects.toThrow(errors.TimeoutError);
		expect(asked).toBe(4);
	});

	test("takes the late answer to an earlier attempt", async () => {
		const nc = await open();
		const questions: { respond: (data: string) => boolean }[] = [];
		nc.subscribe("slow", {
			callback: (_, message) => {
				questions.push(message);
				if (questions.length === 2) questions[0]?.respond("the first");
			},
		});
		expect(textOf(await patient(nc).request("slow", "question", { timeout: 20_000 }))).toBe("the first");
	});

	test("fails at once if it can't succeed, or once closed", async () => {
		const nc = await open();
		await expect(patient(nc).request("not a subject", "question", { timeout: 20_000 })).rejects.toThrow(
			errors.InvalidSubjectError,
		);
		nc.subscribe("silent", { callback: () => undefined });
		const open_ = patient(nc).request("silent", "question", { timeout: 20_000 });
		open_.catch(() => undefined);
		await nc.close();
		await expect(open_).rejects.toThrow(/closed/);
	});

	/** Behaves as if the answer to each request's first attempt had been lost. */
	function twice(nc: NatsConnection): NatsConnection {
		const request: NatsConnection["request"] = async (...args) => {
			await nc.request(...args);
			return nc.request(...args);
		};
		return Object.assign(Object.create(nc) as NatsConnection, { request });
	}

	test("writes a key once, and conflicts only with other writers", async () => {
		const nc = await open();
		const bucket = await openBucket(nc, "twice");
		const repeating = await openBucket(twice(nc), "twice");
		const value = Uint8Array.of(1);
		const first = await repeating.create("key", value);
		expect(await bucket.get("key")).toMatchObject({ revision: first });
		await expect(repeating.create("key", value)).rejects.toThrow(Conflict);
		const second = await repeating.update("key", value, first);
		expect(await bucket.get("key")).toMatchObject({ revision: second });
		await expect(repeating.update("key", value, first)).rejects.toThrow(Conflict);
		await bucket.remove("key");
		const third = await repeating.create("key", value);
		expect(await bucket.get("key")).toMatchObject({ value, revision: third });
	});
});
