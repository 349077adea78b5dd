import { expect, test } from "vitest";
import { ask, startTestService, type TestService } from "../service/service.helpers.ts";

const all = "/api/v1/sounds";
const wav = (length = 64, fill = 0) =>
	Buffer.concat([Buffer.from("RIFF....WAVEfmt ", "latin1"), Buffer.alloc(length - 16, fill)]);

/** Uploads a file, by default as an owner without a key. */
async function upload(service: TestService, file: Uint8Array<ArrayBuffer>, { name = "Ta-da", headers = {} } = {}) {
	const response = await fetch(`${service.url}${all}?name=${encodeURIComponent(name)}`, {
		method: "POST",
		headers: { "content-type": "audio/wav", ...headers },
		body: file,
	});
	// biome-ignore lint/suspicious/noExplicitAny: answers have several shapes
	return { status: response.status, body: (await response.json()) as any };
}

const get = (service: TestService, id: string, headers = {}) => fetch(`${service.url}${all}/${id}`, { headers });
const listed = async (service: TestService) => (await ask(service, "GET", all)).body.sounds;

test("stores, serves and deletes a sound", async () => {
	const service = await startTestService();
	expect(await listed(service)).toEqual([]);
	const added = await upload(service, wav(), { name: " 叮 ", headers: { "content-type": "application/octet-stream" } });
	const sound = { id: expect.stringMatching(/^[0-9a-f]{16}$/), name: "叮", type: "audio/wav", bytes: 64 };
	expect(added).toEqual({
		status: 201,
		body: { success: true, sound: { ...sound, added_at: service.clock.now() } },
	});
	const { id } = added.body.sound;
	const file = await get(service, id);
	expect(Buffer.from(await file.arrayBuffer()).equals(wav())).toBe(true);
	expect(Object.fromEntries(file.headers)).toMatchObject({
		...{ "content-type": "audio/wav", "x-content-type-options": "nosniff", "content-disposition": "attachment" },
		...{ "content-security-policy": "default-src 'none'; sandbox", etag: `"${id}"` },
		"cache-control": "private, no-cache",
	});
	expect((await get(service, id, { "if-none-match": `"${id}"` })).status).toBe(304);

	// The same file is the same sound.
	expect((await upload(service, wav(), { name: "bell" })).body.sound.id).toBe(id);
	expect((await listed(service)).map(({ name }: { name: string }) => name)).toEqual(["bell"]);

	expect(await ask(service, "DELETE", `${all}/${id}`)).toMatchObject({ status: 200, body: { success: true, id } });
	expect(await listed(service)).toEqual([]);
	for (const headers of [{}, { "if-none-match": `"${id}"` }])
		expect((await get(service, id, headers)).status).toBe(404);
	expect(await ask(service, "DELETE", `${all}/${id}`)).toMatchObject({
		status: 404,
		body: { error: { code: "sound_not_found" } },
	});
});

test("refuses nameless, too large or silent files", async () => {
	const service = await startTestService({ bodyLimit: "1024" });
	const maxBytes = 512 * 1024;
	expect((await upload(service, wav(maxBytes))).status).toBe(201);
	const refused = async (...given: Parameters<typeof upload> extends [unknown, ...infer Others] ? Others : never) => {
		const { status, body } = await upload(service, ...given);
		return [status, body.error.code];
	};
	expect(await refused(wav(maxBytes + 1))).toEqual([413, "sound_too_large"]);
	expect(await refused(Buffer.from("<svg onload='alert(1)'></svg>"))).toEqual([415, "unsupported_sound"]);
	expect(await refused(Buffer.alloc(0))).toEqual([415, "unsupported_sound"]);
	// A page of another site can send these without asking first.
	for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/json"]) {
		expect(await refused(wav(), { headers: { "content-type": type } })).toEqual([415, "unsupported_sound"]);
	}
	for (const name of [" ", "a\nb", "x".repeat(101)]) {
		expect(await refused(wav(), { name })).toEqual([400, "invalid_request"]);
	}
	const zh = await upload(service, wav(maxBytes + 1), { headers: { "accept-language": "zh-CN" } });
	expect(zh.body.error).toMatchObject({ message: "文件超过 512 KB。", hint: "请剪短到几秒，或另存为 mp3、ogg。" });
	expect(await listed(service)).toHaveLength(1);
	// Every other route keeps its own limit and kind of body.
	const tokens = "/api/v1/overlay-tokens";
	expect((await ask(service, "POST", tokens, { name: "x".repeat(2_000) })).body.error.code).toBe("payload_too_large");
	expect((await ask(service, "POST", tokens, "RIFF", { "content-type": "audio/wav" })).body.error.code).toBe(
		"invalid_json",
	);
});

test("takes 50 sounds at most, also of many at once", async () => {
	const service = await startTestService({ rateLimit: "0" });
	const made = await Promise.all(Array.from({ length: 53 }, (_, i) => upload(service, wav(64, i + 1))));
	expect(made.filter(({ status }) => status === 201)).toHaveLength(50);
	const refused = made.filter(({ status }) => status !== 201).map(({ body }) => body.error.code);
	expect(refused).toEqual(Array(3).fill("too_many_sounds"));
	const sounds = await listed(service);
	expect(sounds).toHaveLength(50);
	await ask(service, "DELETE", `${all}/${sounds[0].id}`);
	expect((await upload(service, wav(64, 99))).status).toBe(201);
});

test("lets a token read sounds, but not change them", async () => {
	const apiKey = "correct-horse";
	const owner = { authorization: `Bearer ${apiKey}` };
	const service = await startTestService({ apiKey });
	const { body } = await upload(service, wav(), { headers: owner });
	const made = await ask(service, "POST", "/api/v1/overlay-tokens", { name: "OBS", live_id: "1001" }, owner);
	const token = { authorization: `Bearer ${made.body.secret}` };
	const { id } = body.sound;
	const statuses = async (headers: object) => [
		(await get(service, id, headers)).status,
		(await ask(service, "GET", all, undefined, headers)).status,
		(await upload(service, wav(64, 7), { headers })).status,
		(await ask(service, "DELETE", `${all}/${id}`, undefined, headers)).status,
	];
	expect(await statuses({})).toEqual([401, 401, 401, 401]);
	expect(await statuses(token)).toEqual([200, 403, 403, 403]);
	await ask(service, "DELETE", `/api/v1/overlay-tokens/${made.body.token.id}`, undefined, owner);
	expect((await get(service, id, token)).status).toBe(401);
	expect(await statuses(owner)).toEqual([200, 200, 201, 200]);
});

test("keeps sounds across a restart", async () => {
	const first = await startTestService();
	const { body } = await upload(first, wav());
	await first.stop();
	const second = await startTestService({ dataDir: first.dataDir });
	expect(await listed(second)).toEqual([body.sound]);
	expect((await get(second, body.sound.id)).status).toBe(200);
});
