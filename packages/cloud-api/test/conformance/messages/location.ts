import { characters, gone, type Suite } from '../suite.ts';

/** Contract section 2.3. */
export const location: Suite = {
  valid: {
    type: 'location',
    location: { latitude: 52.5163, longitude: 13.3777, name: 'Brandenburg Gate', address: 'Pariser Platz, Berlin' },
  },
  accepts: {
    'a place': {},
    'no name and no address': { 'location.name': gone, 'location.address': gone },
    'coordinates as text': [
      { 'location.latitude': '52.5', 'location.longitude': '-13.25' },
      { 'location.latitude': 52.5, 'location.longitude': -13.25 },
    ],
    'the north pole': { 'location.latitude': 90, 'location.longitude': 0 },
    'the south pole': { 'location.latitude': -90 },
    'the date line': { 'location.longitude': 180 },
    'the date line from the other side': { 'location.longitude': -180 },
    'a name of 1,000 characters': { 'location.name': characters(1_000) },
    'an address of 1,000 characters': { 'location.address': characters(1_000) },
  },
  refuses: {
    'no location': { location: gone },
    'a location that is a string': { location: '52.5,13.4' },
    'no latitude': { 'location.latitude': gone },
    'no longitude': { 'location.longitude': gone },
    'a latitude that is a word': { 'location.latitude': 'north' },
    'a latitude that is an object': { 'location.latitude': {} },
    'beyond the north pole': { 'location.latitude': 90.001 },
    'beyond the south pole': { 'location.latitude': -90.001 },
    'beyond the date line': { 'location.longitude': 180.001 },
    'beyond the date line from the other side': { 'location.longitude': -180.001 },
    'a latitude without end': { 'location.latitude': '1e999' },
    'a name of 1,001 characters': { 'location.name': characters(1_001) },
    'an address of 1,001 characters': { 'location.address': characters(1_001) },
    'a name that is an object': { 'location.name': {} },
  },
};
