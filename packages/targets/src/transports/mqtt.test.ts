import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { connectAsync } from "mqtt";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { isAnyAddress, isPublicAddress } from "../addresses.ts";
import { hasMosquitto, startMosquitto } from "./mosquitto.helpers.ts";
import { MqttBrokers } from "./mqtt.ts";
import type { MqttBroker, Publication } from "./out-message.ts";
import type { TransportOptions } from "./websockets.ts";

function open(options: Partial<TransportOptions> = {}) {
	const brokers = new MqttBrokers({ clock: systemClock, allows: isAnyAddress, ...options });
	onTestFinished(() => brokers.close());
	const send = (
		broker: Omit<MqttBroker, "version" | "statusTopic"> & { version?: 4 | 5 },
		publications: Publication[],
		first: Publication[] = [],
	) =>
		brokers.send(
			{ via: "mqtt", broker: { version: 5, statusTopic: "lk/status", ...broker }, first, publications },
			new AbortController().signal,
		);
	return { brokers, send };
}

/** Returns the messages of a subscriber to all topics, as `topic payload`. */
async function subscribe(url: string) {
	const client = await connectAsync(url, { reconnectPeriod: 0 });
	onTestFinished(() => void client.end(true));
	const heard: string[] = [];
	client.on("message", (topic, payload, { qos, retain }) => {
		heard.push(`${topic} ${payload} ${qos}${retain ? " retained" : ""}`);
	});
	await client.subscribeAsync("#", { qos: 1 });
	return heard;
}

describe.skipIf(!hasMosquitto)(`mosquitto${hasMosquitto ? "" : " (skipped: not installed)"}`, () => {
	test.each([4, 5] as const)("MQTT %i: awaits acknowledgements, and sends first messages once", async (version) => {
		const { url } = await startMosquitto();
		const heard = await subscribe(url);
		const { send } = open();
		const first = [{ topic: "ha/config", payload: "{}", retain: true }];
		expect(await send({ url, version }, [{ topic: "a/1", payload: "x" }], first)).toEqual({ ok: true });
		expect(await send({ url, version }, [{ topic: "a/2", payload: "船" }], first)).toEqual({ ok: true });
		await vi.waitFor(() => expect(heard).toEqual(["lk/status online 1", "ha/config {} 1", "a/1 x 1", "a/2 船 1"]));
		const later = await subscribe(url);
		await vi.waitFor(() =>
			expect(later.toSorted()).toEqual(["ha/config {} 1 retained", "lk/status online 1 retained"]),
		);
	});

	test.each([4, 5] as const)("MQTT %i: its will reports it offline, however it ends", async (version) => {
		const { url } = await startMosquitto();
		const heard = await subscribe(url);
		const { brokers, send } = open();
		expect(await send({ url, version }, [{ topic: "a", payload: "x" }])).toEqual({ ok: true });
		await vi.waitFor(() => expect(heard).toEqual(["lk/status online 1", "a x 1"]));
		brokers.close();
		await vi.waitFor(() => expect(heard.at(-1)).toBe("lk/status offline 1"));
		const later = await subscribe(url);
		await vi.waitFor(() => expect(later).toEqual(["lk/status offline 1 retained"]));
		expect(await send({ url, version }, [{ topic: "a", payload: "y" }])).toEqual({ ok: true });
		await vi.waitFor(() => expect(later.slice(1)).toEqual(["lk/status online 1", "a y 1"]));
	});

	test("repeats online within a minute of another connection's will", async () => {
		const { url } = await startMosquitto();
		const clock = new ManualClock();
		const [one, other] = [open({ clock }), open()];
		const publications = [{ topic: "a", payload: "x" }];
		for (const { send } of [one, other]) expect(await send({ url }, publications)).toEqual({ ok: true });
		const heard = await subscribe(url);
		await vi.waitFor(() => expect(heard).toEqual(["lk/status online 1 retained"]));
		other.brokers.close();
		await vi.waitFor(() => expect(heard.at(-1)).toBe("lk/status offline 1"));
		await one.send({ url }, publications);
		await clock.advance(60_000);
		await one.send({ url }, publications);
		await vi.waitFor(() => expect(heard.slice(2)).toEqual(["a x 1", "lk/status online 1", "a x 1"]));
	});

	test("distinguishes a wrong password from an unreachable broker", async () => {
		const broker = await startMosquitto("right");
		const { url } = broker;
		const { send } = open();
		const publications = [{ topic: "a", payload: "x" }];
		for (const version of [4, 5] as const) {
			const wrong = await send({ url, username: "livekeeper", password: "wrong", version }, publications);
			expect(wrong).toMatchObject({ ok: false, code: "receiver_key", gone: false });
		}
		const right = { url, username: "livekeeper", password: "right" };
		expect(await send(right, publications)).toEqual({ ok: true });
		await broker.kill();
		await vi.waitFor(async () => expect(await send(right, publications)).toMatchObject({ ok: false, code: "network" }));
		await broker.start();
		await vi.waitFor(async () => expect(await send(right, publications)).toEqual({ ok: true }));
	});
});

test("gives up a silent broker after the timeout, without leftovers", async () => {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket.resume());
		socket.once("close", () => sockets.delete(socket));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => void server.close());
	const clock = new ManualClock();
	const { send } = open({ clock });
	const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const result = send({ url }, [{ topic: "a", payload: "x" }]);
	await vi.waitFor(() => expect(sockets.size).toBe(1));
	await clock.advance(10_000);
	expect(await result).toEqual({ ok: false, code: "timeout", message: "No answer within 10 s.", gone: false });
	await vi.waitFor(() => expect(sockets.size).toBe(0));
	expect(clock.pendingTimers).toBe(0);
});

test("never connects to a refused address, literal or resolved", async () => {
	const met = vi.fn();
	const server = createServer(met).listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
	const { send } = open({ allows: isPublicAddress, resolve });
	for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "rebound.example"]) {
		const result = await send({ url: `mqtt://${host}:${port}` }, [{ topic: "a", payload: "x" }]);
		expect(result, host).toMatchObject({ ok: false, code: "address_not_allowed" });
	}
	expect(met).not.toHaveBeenCalled();
});
