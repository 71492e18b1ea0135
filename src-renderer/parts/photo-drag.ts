/** The kind of data that a dragged tile carries: the photo's id, for the window alone. */
export const photoDragType = 'application/x-likeness-photo';
