import fc from "fast-check";
import { expect, test } from "vitest";
import { soundType } from "./sounds.ts";

const box = (text: string) => Buffer.concat([Buffer.from(text, "latin1"), Buffer.alloc(64)]);

test.each([
	["audio/mpeg", "ID3\x04\0\0\0\0\x23\x76TSSE"],
	["audio/mpeg", "\xff\xfb\x90\x64"],
	["audio/mpeg", "\xff\xf3\x44\xc4"],
	["audio/ogg", "OggS\0\x02\0\0\0\0\0\0\0\0"],
	["audio/wav", "RIFF....WAVEfmt "],
	["audio/mp4", "\0\0\0\x1cftypM4A ....\0\0\0\x21hdlr\0\0\0\0\0\0\0\0soun"],
	["audio/webm", "\x1a\x45\xdf\xa3....\x42\x82\x84webm....\x86\x86A_OPUS"],
])("recognizes %s by its content (%j)", (type, content) => {
	expect(soundType(box(content))).toBe(type);
});

test.each([
	["a page", "<!doctype html><script>alert(1)</script>"],
	["a drawing with a script", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">'],
	["a picture", "\x89PNG\r\n\x1a\n...."],
	["a picture in RIFF", "RIFF....WEBPVP8 "],
	["a picture in MP4", "\0\0\0\x1cftypavif....hdlr\0\0\0\0\0\0\0\0pict"],
	["a video without sound", "\0\0\0\x1cftypisom....hdlr\0\0\0\0\0\0\0\0vide"],
	["a WebM video without sound", "\x1a\x45\xdf\xa3....\x42\x82\x84webm....\x86\x85V_VP9"],
	["AAC without a container", "\xff\xf1\x50\x80"],
	["text in UTF-16", "\xff\xfe<\0s\0v\0g\0"],
	["frames of a reserved version", "\xff\xeb\x90\x64"],
	["frames of a reserved bit rate", "\xff\xfb\xf0\x64"],
	["frames of a reserved sample rate", "\xff\xfb\x9c\x64"],
])("refuses %s", (_, content) => {
	expect(soundType(box(content))).toBeUndefined();
});

test("answers for any bytes, and finds no sound in text", () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
			expect(() => soundType(Buffer.from(bytes))).not.toThrow();
		}),
	);
	fc.assert(
		fc.property(fc.string({ unit: "grapheme", minLength: 12 }), (text) => {
			fc.pre(!/^(ID3|OggS|RIFF)/.test(text) && !text.startsWith("ftyp", 4));
			expect(soundType(Buffer.from(text))).toBeUndefined();
		}),
	);
});
