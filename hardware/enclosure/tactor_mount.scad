// Mount of one coin motor, printed in soft TPU: the cup hangs on three thin arms in its own frame, so that the pulse goes
// into the skin and not along the strap to an IMU. Worn at least 30 mm from every pod and electrode.
include <parameters.scad>

frame = [36, 29];       // outer and inner diameter
arm = [1.6, 1.2];       // width, height
cup_wall = 1.4;
floor_ = 0.8;           // the side on the skin

module cup() {
    difference() {
        cylinder(d = lra[0] + 2 * cup_wall, h = floor_ + lra[1]);
        translate([0, 0, floor_]) cylinder(d = lra[0], h = lra[1] + 1);
        translate([0, 0, floor_ + 0.8]) translate([0, -2, 0]) cube([20, 4, 9]);   // foil tail
    }
}

module arms() {
    for (turn = [60, 180, 300]) rotate(turn) for (step = [0 : 11]) hull() for (i = [step, step + 1]) {
        a = i * 7; r = (lra[0] / 2 + cup_wall - 0.5) + i * ((frame[1] / 2 + 0.6) - (lra[0] / 2 + cup_wall - 0.5)) / 12;
        rotate(a) translate([r, 0, 0]) cylinder(d = arm[0], h = arm[1], $fn = 16);
    }
}

difference() {
    union() {
        difference() {
            union() {
                cylinder(d = frame[0], h = 2.4);
                for (side = [-1, 1]) translate([side * (frame[0] / 2 + 2), 0, 0]) rounded([12, strap_25[0] + 6, 2.4], 2);
            }
            translate([0, 0, -1]) cylinder(d = frame[1], h = 9);
            for (side = [-1, 1]) translate([side * (frame[0] / 2 + 4), 0, -1]) rounded([strap_25[1], strap_25[0], 9], 0.8);
        }
        arms();
        cup();
    }
    // the tail of the motor leaves through the frame; a cable tie holds it there
    translate([frame[1] / 2 - 1, -1.6, 1.2]) cube([6, 3.2, 9]);
}
