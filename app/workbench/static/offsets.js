// The service counts Unicode code points; JavaScript strings count UTF-16 units, two for an emoji.

/** A function from an offset in code points of `text` to the offset in UTF-16 units. */
export function toUnits(text) {
  if (!/[\ud800-\udbff]/.test(text)) return (offset) => offset;
  const starts = new Uint32Array(text.length + 1);
  let points = 0;
  let units = 0;
  for (const character of text) {
    starts[points++] = units;
    units += character.length;
  }
  starts[points] = units;
  return (offset) => starts[Math.min(offset, points)];
}

/** How many code points `text` has. */
export function countPoints(text) {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) pairs++;
  }
  return text.length - pairs;
}
