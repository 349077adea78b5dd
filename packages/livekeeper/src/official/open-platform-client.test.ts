import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { OpenPlatformClient, problemOf } from "./open-platform-client.ts";

test("masks secrets in the platform's messages", async () => {
	const server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk) => (body += chunk));
		request.on("end", () => {
			const token = { err_no: 0, data: { access_token: "t0ken", expires_in: 7200 } };
			const refused = { err_no: 7, err_msg: `no: ${request.headers["access-token"]} of s3cret` };
			response.end(JSON.stringify(request.url === "/token" ? token : refused));
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => void server.close());
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const clock = new ManualClock();
	const client = new OpenPlatformClient(
		{ appId: "tt1", secret: "s3cret" },
		{ urls: { base, token: `${base}/token` }, clock },
	);
	onTestFinished(() => client.close());
	const error = await client.start("7", "live_gift").catch((reason: unknown) => reason);
	expect(problemOf(error)).toEqual({ errNo: 7, message: "no: … of …" });
	expect(client.token).toEqual({ endsAt: clock.now() + 7_200_000, error: undefined });
});

test("keeps its pace when the clock is set back", async () => {
	const server = createServer((request, response) => {
		request.resume();
		response.end(JSON.stringify({ err_no: 0, data: { access_token: "t0ken", expires_in: 7200 } }));
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => void server.close());
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const clock = new ManualClock();
	const urls = { base, token: `${base}/token` };
	const client = new OpenPlatformClient({ appId: "tt1", secret: "s3cret" }, { urls, clock });
	onTestFinished(() => client.close());
	await client.start("7", "live_gift");
	clock.set(-7_200_000);
	const second = client.stop("7", "live_gift");
	await vi.waitFor(() => expect(clock.nextDueInMs).toBeLessThanOrEqual(110));
	await clock.advance(110);
	await second;
});

test("aborts an endless answer", async () => {
	let cut = false;
	const server = createServer((request, response) => {
		request.resume();
		const pour = () => {
			while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, " ")));
		};
		response.on("drain", pour).on("close", () => {
			cut = true;
		});
		pour();
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const urls = { base, token: `${base}/token` };
	const client = new OpenPlatformClient({ appId: "tt1", secret: "s3cret" }, { urls, clock: new ManualClock() });
	onTestFinished(() => client.close());
	await expect(client.start("7", "live_gift")).rejects.toThrow(/longer than/);
	await vi.waitFor(() => expect(cut).toBe(true));
});
