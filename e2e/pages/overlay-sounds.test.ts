import { type Simulator, startSimulator } from "@livekeeper/simulator";
import type { Browser, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axeFaults, chromiumPath, openPage, startBrowser } from "../kit/browser.ts";
import { ServiceProcess } from "../kit/service-process.ts";
import { sharedByAll } from "../kit/shared.ts";
import { until } from "../kit/until.ts";

describe.skipIf(chromiumPath === undefined)("sounds of the user", () => {
	const key = "key-0123456789abcdef";
	let browser: Browser;
	let simulator: Simulator;
	let service: ServiceProcess;

	async function begin(): Promise<void> {
		browser = await startBrowser();
		simulator = await startSimulator({ rooms: 1, rate: 6, seed: 7, port: 0 });
		service = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { api_key: key } });
		const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
		await fetch(`${service.url}/api/live/start`, { method: "POST", headers, body: '{"live_id":"1001"}' });
	}

	async function end(): Promise<void> {
		await browser?.close();
		await service?.close();
		await simulator?.close();
	}

	sharedByAll(begin, end);

	/** Opens an address, and counts which sounds begin there. */
	async function listen(address: string): Promise<Page> {
		const { page } = await openPage(browser, "about:blank");
		await page.addInitScript(countSounds);
		await page.goto(address);
		return page;
	}
	const began = (page: Page) => page.evaluate("({ ...began })") as Promise<{ files: number; notes: number }>;

	test("plays an uploaded file until it is deleted", async () => {
		const builder = await listen(`${service.url}/overlay`);
		await builder.getByLabel("API 密钥").fill(key);
		await builder.getByRole("button", { name: "进入" }).click();
		const sound = builder.getByLabel("音效种类");
		const upload = (name: string, buffer: Buffer, mimeType: string) =>
			builder.getByLabel("添加音效文件").setInputFiles({ name, buffer, mimeType });

		await upload("large.wav", beep(12), "audio/wav");
		await builder.getByRole("alert").getByText("文件有 1126 KB，最大 512 KB").waitFor();
		await upload("page.mp3", Buffer.from("<html></html>"), "audio/mpeg");
		await builder.getByRole("alert").getByText("浏览器无法播放这个文件").waitFor();
		expect(await sound.inputValue()).toBe("chime");

		await upload("叮咚.wav", beep(0.2), "audio/wav");
		await until("the sound plays at once", async () => (await began(builder)).files === 1);
		expect(await builder.getByLabel("大礼物音效").inputValue()).toBe("50");
		expect(await sound.locator("option:checked").textContent()).toBe("叮咚");
		const id = await sound.inputValue();

		await builder.getByRole("button", { name: "保存，生成地址" }).click();
		const url = (await builder.getByText(/#token=lko_/).textContent()) ?? "";
		const token = new URL(url).hash;
		const named = await listen(url);
		const plain = await listen(`${service.url}/overlay/1001?sound=50&sound_min=0&sound_of=${id}${token}`);
		await named.locator(".overlay .line").first().waitFor();
		await builder.getByRole("button", { name: "测试礼物" }).click();
		for (const page of [named, plain]) await until("the file plays", async () => (await began(page)).files > 0);
		expect([(await began(named)).notes, (await began(plain)).notes]).toEqual([0, 0]);

		// A second overlay, whose settings still name the file.
		await builder.getByRole("button", { name: "新建" }).click();
		await builder.getByRole("button", { name: "保存，生成地址" }).click();
		await builder.getByRole("button", { name: "删除音效" }).click();
		const asking = builder.getByRole("alertdialog");
		await asking.getByText("删除音效“叮咚”？").waitFor();
		await asking.getByRole("button", { name: "删除音效" }).click();
		await until("another sound is chosen", async () => (await sound.inputValue()) === "chime");
		await until("the chime plays", async () => (await began(plain)).notes > 0);
		await builder.locator("button[aria-pressed]").first().click();
		await builder.getByText("这个文件已被删除，现在播放风铃。").waitFor();
		expect(await sound.locator("option:checked").textContent()).toBe("文件已删除（播放风铃）");
		expect(await axeFaults(builder)).toEqual([]);
	});
});

const sampleRate = 48_000;

/** A WAV file: a tone of 440 Hz, one channel of 16 bits. */
function beep(seconds: number): Buffer {
	const samples = Buffer.alloc(Math.round(seconds * sampleRate) * 2);
	for (let i = 0; i < samples.length / 2; i++) {
		samples.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * i) / sampleRate)), i * 2);
	}
	const head = Buffer.alloc(44);
	head.write("RIFF", 0);
	head.writeUInt32LE(36 + samples.length, 4);
	head.write("WAVEfmt ", 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(sampleRate, 24);
	head.writeUInt32LE(sampleRate * 2, 28);
	head.writeUInt16LE(2, 32);
	head.writeUInt16LE(16, 34);
	head.write("data", 36);
	head.writeUInt32LE(samples.length, 40);
	return Buffer.concat([head, samples]);
}

/** Counts the files and the notes of built-in sounds that begin; in the page. */
const countSounds = `
	globalThis.began = { files: 0, notes: 0 };
	const count = (of, name) => {
		const { start } = of.prototype;
		of.prototype.start = function (...at) {
			began[name]++;
			return start.apply(this, at);
		};
	};
	count(AudioBufferSourceNode, "files");
	count(OscillatorNode, "notes");
`;
