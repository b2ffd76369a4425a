// Dimensions in millimetres that the models share. Measure your own boards and change them here.
$fn = 48;
wall = 2.0;
gap = 0.3;              // play around a bought part, FDM

imu_board = [25.6, 23.0, 1.6];   // Adafruit 4754 outline (its drawing; measure yours)
imu_holes = [20.3, 17.8];
imu_height = 5.5;       // parts and solder above the board
imu_below = 2.5;        // solder below

strap_25 = [27, 3.2];   // slot for 25 mm webbing
lra = [10.2, 3.6];      // diameter, height of the coin motor with its foil

cell_standard = [61, 51, 8.5];   // 2500 mAh
cell_slim = [63, 35, 5.5];       // 1200 mAh
proto = [82, 51.5, 1.6];         // half-size perma-proto

module rounded(size, r) {
    // a box on z = 0, centred in x and y, with rounded vertical edges
    linear_extrude(size[2]) offset(r) square([size[0] - 2 * r, size[1] - 2 * r], center = true);
}

module arrow(length, width, depth) {
    // the axis mark: points to +y
    linear_extrude(depth) {
        translate([-width / 6, -length / 2]) square([width / 3, length * 0.6]);
        polygon([[-width / 2, length * 0.1], [width / 2, length * 0.1], [0, length / 2]]);
    }
}
