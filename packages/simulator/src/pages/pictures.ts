import { crc32, deflateSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { hash32 } from "../traffic/random.ts";

/** Number of cells across, and of pixels per cell. */
const cells = 5;
const cellPixels = 12;
const size = cells * cellPixels;
/** Soft colours that go with white, as red, green, blue. */
const colours = [0x5b8def, 0xe0719a, 0x4fae8b, 0xd98b4a, 0x8a73d6, 0x3fa3b5, 0xc4605a, 0x7d9a3c];
const background = 0xf1f3f6;

/** Serves the pictures that messages name: a different one for each address, always the same. */
export function addPictures(app: FastifyInstance): void {
	for (const path of ["/aweme/*", "/img/*"]) {
		app.get<{ Params: { "*": string } }>(path, (request, reply) =>
			reply.type("image/png").header("cache-control", "public, max-age=86400").send(picture(request.params["*"])),
		);
	}
}

/** Draws a PNG of two colours, symmetric left and right, derived from a name. */
export function picture(name: string): Buffer {
	const bits = hash32(0, "picture", name);
	const colour = colours[hash32(0, "colour", name) % colours.length] ?? background;
	const half = Math.ceil(cells / 2);
	const isOn = (x: number, y: number) => (bits >>> (y * half + Math.min(x, cells - 1 - x))) & 1;
	const rows = Array.from({ length: size }, (_, y) => {
		const row = Array.from({ length: size }, (_, x) => isOn(Math.floor(x / cellPixels), Math.floor(y / cellPixels)));
		// Each row begins with its filter: none.
		return Buffer.from([0, ...row]);
	});
	const header = Buffer.alloc(13);
	header.writeUInt32BE(size, 0);
	header.writeUInt32BE(size, 4);
	// 8 bits a pixel, an index into the palette.
	header.set([8, 3], 8);
	const palette = Buffer.from([background, colour].flatMap((rgb) => [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff]));
	return Buffer.concat([
		Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
		chunk("IHDR", header),
		chunk("PLTE", palette),
		chunk("IDAT", deflateSync(Buffer.concat(rows))),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
	length.writeUInt32BE(data.length);
	check.writeUInt32BE(crc32(typed));
	return Buffer.concat([length, typed, check]);
}
