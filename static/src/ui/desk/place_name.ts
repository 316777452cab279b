/** "A · 饮料区", or the code alone where the name says nothing more. */
export function placeName(place: { code: string; name: string }): string {
  return place.name && place.name !== place.code ? `${place.code} · ${place.name}` : place.code;
}
