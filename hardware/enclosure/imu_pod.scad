// Pod of one IMU breakout. The arrow on the lid is the board's Y axis and points up; z points away from the skin. The cut
// corner lets the lid fit one way only; the board is checked by its print before it is pressed on (bring-up step 6).
include <parameters.scad>
part = "base";          // base, lid, both
style = "strap";        // strap (thorax, humerus), tape (scapula)

inner = [imu_board[0] + 2 * gap, imu_board[1] + 2 * gap + 5, imu_below + imu_board[2] + imu_height];  // 5 mm for the cable clamp
outer = [inner[0] + 2 * wall, inner[1] + 2 * wall, inner[2] + wall];
cut = 4;                // cut corner: upper right, seen from outside the body
inner_cut = 1.7;        // inside, where the board's own rounded corner still passes
cable = 4.2;
lip = 1.2;

module outline(size, leg = cut) {
    linear_extrude(size[2]) difference() {
        offset(2) square([size[0] - 4, size[1] - 4], center = true);
        translate([size[0] / 2, size[1] / 2]) rotate(45) square(leg * 1.4142, center = true);
    }
}

module ears() {
    if (style == "strap") for (side = [-1, 1]) translate([side * (outer[0] / 2 + 3.6), 0, 0]) difference() {
        rounded([9.2, strap_25[0] + 7, 3], 2);
        translate([side * 0.4, 0, -1]) rounded([strap_25[1], strap_25[0], 5], 0.8);
    } else difference() {
        rounded([outer[0] + 14, outer[1] + 12, 1.2], 5);   // flange for skin tape
        translate([0, 0, -1]) outline([outer[0] - 1, outer[1] - 1, 4]);
    }
}

module base() {
    difference() {
        union() { outline(outer); ears(); }
        translate([0, 0, wall]) outline([inner[0], inner[1], outer[2]], inner_cut);
        // cable mouth at the lower end, open at the top so that the soldered cable can be laid in
        translate([0, -outer[1] / 2, wall + 1 + cable / 2]) {
            rotate([90, 0, 0]) cylinder(d = cable, h = 3 * wall, center = true);
            translate([-cable / 2, -1.5 * wall, 0]) cube([cable, 3 * wall, outer[2]]);
        }
        for (side = [-1, 1]) translate([side * (inner[0] / 2 - 2.4), -inner[1] / 2 + 2.4, wall]) cylinder(d = 1.7, h = outer[2]);
    }
    // the board sits at the upper end, the cable leaves downwards past its clamp
    translate([0, 2.5, wall]) for (x = [-1, 1], y = [-1, 1]) translate([x * imu_holes[0] / 2, y * imu_holes[1] / 2, -0.1]) {
        cylinder(d = 4.2, h = imu_below + 0.1);
        if (x == y) cylinder(d = 2.2, h = imu_below + imu_board[2] + 0.8);   // pins on one diagonal only
    }
    // screw posts beside the cable
    for (side = [-1, 1]) translate([side * (inner[0] / 2 - 2.4), -inner[1] / 2 + 2.4, wall - 0.1]) difference() {
        cylinder(d = 5.2, h = inner[2] - lip + 0.1);
        translate([0, 0, 1]) cylinder(d = 1.7, h = outer[2]);
    }
    // clamp saddle for a cable tie
    translate([0, -inner[1] / 2 + 1.6, wall - 0.1]) difference() {
        translate([-4, -1.5, 0]) cube([8, 3, 1.1]);
        translate([0, 0, 1 + cable / 2]) rotate([90, 0, 0]) cylinder(d = cable, h = 8, center = true);
    }
}

module lid() {
    difference() {
        union() {
            outline([outer[0], outer[1], 1.8]);
            translate([0, 0, 1.7]) difference() {
                outline([inner[0] - 0.4, inner[1] - 0.4, lip], inner_cut);
                translate([0, 0, -1]) outline([inner[0] - 3, inner[1] - 3, 5], inner_cut);
                for (side = [-1, 1]) translate([side * (inner[0] / 2 - 2.4), -inner[1] / 2 + 2.4, 0]) cylinder(d = 6.2, h = 9, center = true);
                translate([-cable / 2 - 0.5, -outer[1] / 2 - 1, 0]) cube([cable + 1, 8, 5]);
            }
        }
        translate([0, 1, -0.01]) arrow(14, 9, 0.7);
        translate([-9, 5, -0.01]) linear_extrude(0.7) text("Y", size = 5, halign = "center", valign = "center");
        for (side = [-1, 1]) translate([side * (inner[0] / 2 - 2.4), -inner[1] / 2 + 2.4, -1]) {
            cylinder(d = 2.3, h = 9);
            cylinder(d = 4.4, h = 1.9);
        }
    }
}

// lid() is drawn with its outside at z = 0, seen through the part: turned over in place, and mirrored on the printer
if (part == "base" || part == "both") base();
if (part == "lid") mirror([1, 0, 0]) lid();
if (part == "both") translate([0, 0, 14]) translate([0, 0, outer[2] + 1.8]) mirror([0, 0, 1]) lid();
