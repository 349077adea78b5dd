import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { DouyinError } from "../errors.ts";
import { startHttp } from "../net/servers.helpers.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { httpSigner } from "./http-signer.ts";
import { canonicalString, signatureStub } from "./webcast-signature.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const ids = { roomId: "7111111111111111111", userUniqueId: "7222222222222222222" };

async function signerServer(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
	const server = await startHttp(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		answer(request, response, Buffer.concat(chunks).toString());
	});
	cleanups.push(() => server.close());
	return server;
}

async function failure(promise: string | Promise<string>): Promise<DouyinError> {
	const error = await Promise.resolve(promise).catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(DouyinError);
	return error as DouyinError;
}

describe("httpSigner", () => {
	it("posts the parameters and returns the signature", async () => {
		const server = await signerServer((request, response, body) => {
			const { room_id, user_unique_id, stub, canonical } = JSON.parse(body);
			const { authorization, cookie } = request.headers;
			response.end(
				JSON.stringify({ signature: [room_id, user_unique_id, stub, canonical, authorization, cookie].join() }),
			);
		});
		const canonical = canonicalString(ids);
		const signer = httpSigner({ url: `${server.url}/sign`, headers: { Authorization: "Bearer t" } });
		const expected = [ids.roomId, ids.userUniqueId, signatureStub(canonical), canonical, "Bearer t", undefined];
		expect(await signer.sign(ids)).toBe(expected.join());
	});

	it.each([
		["HTTP 500", (response: ServerResponse) => response.writeHead(500).end()],
		["no JSON", (response: ServerResponse) => response.end("<html>")],
		["JSON without a signature", (response: ServerResponse) => response.end("null")],
		["a signature that is not a string", (response: ServerResponse) => response.end('{"signature":1}')],
		["too large an answer", (response: ServerResponse) => response.end(Buffer.alloc(100_000))],
	])("that answers %s is signature_rejected", async (_what, answer) => {
		const server = await signerServer((_request, response) => void answer(response));
		expect((await failure(httpSigner({ url: server.url }).sign(ids))).reason).toBe("signature_rejected");
	});

	it("reports network if it is unreachable, for any cause", async () => {
		const gone = await startHttp(() => undefined);
		await gone.close();
		const tls = await startHttp(() => undefined, { tls: true });
		cleanups.push(() => tls.close());
		for (const url of [gone.url, tls.url]) {
			expect((await failure(httpSigner({ url }).sign(ids))).reason).toBe("network");
		}
	});

	it("reports a timeout if it does not answer", async () => {
		const clock = new ManualClock();
		const server = await signerServer(() => void clock.advance(5_000));
		expect((await failure(httpSigner({ url: server.url, clock }).sign(ids))).reason).toBe("timeout");
		expect(clock.pendingTimers).toBe(0);
	});

	it("rejects an invalid URL", () => {
		expect(() => httpSigner({ url: "ftp://x" })).toThrow(TypeError);
	});
});
